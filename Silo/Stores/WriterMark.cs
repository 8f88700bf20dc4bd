namespace Warren.Silo.Stores;

/// <summary>
/// This process as a writer: a row in the table of writers, whose epoch no other writer ever had. Each transaction first moves the
/// row's batch number. That locks the row against being fenced meanwhile, and tells later whether a transaction happened.
/// </summary>
internal sealed class WriterMark(long epoch)
{
    /// <summary>
    /// Parameters: epoch and batch, as in all statements of the transaction. A transaction that reaches the server late, when what it was to write was repeated or given
    /// up, claims nothing and so changes nothing.
    /// </summary>
    public const string Claim = "UPDATE warren_writer SET batch = $2 WHERE epoch = $1 AND fenced = 0 AND batch < $2";

    /// <summary>Changes nothing, but waits for a transaction that holds the row, and is durable only after that one.</summary>
    public const string Touch = "UPDATE warren_writer SET batch = batch WHERE epoch = $1";

    public const string FindBatch = "SELECT batch FROM warren_writer WHERE epoch = $1";

    public const string Forget = "DELETE FROM warren_writer WHERE epoch = $1";

    // A version is the epoch and a counter. 2^40 versions last for three years of 10,000 writes a second without a restart, and
    // 2^23 epochs for eight million starts.
    private const int CounterBits = 40;
    private const long LastCounter = (1L << CounterBits) - 1;

    private long _counter;

    public long Epoch => epoch;

    public long Batch { get; set; }

    /// <summary>Whether the versions are used up, so that a new mark is needed before a transaction of many rows.</summary>
    public bool IsUsedUp => _counter > LastCounter / 2;

    /// <summary>
    /// A version that no row ever had or will have. An activation whose row was removed and made again, or was lost together with a
    /// failed server, can therefore never mistake another's row for the one it read.
    /// </summary>
    public long NextVersion() => (epoch << CounterBits) | ++_counter;
}
