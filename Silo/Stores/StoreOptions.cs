namespace Warren.Silo.Stores;

/// <summary>
/// Settings of the store. Exactly one database has to be named, by <see cref="UseSqlite"/> or <see cref="UsePostgres"/>; everything
/// else has a default. All problems are reported together when the silo starts.
/// </summary>
public sealed class StoreOptions
{
    /// <summary>
    /// The file of a SQLite store. Its directory must exist; the file is made, readable for its owner only. Default: none.
    /// </summary>
    public string? SqliteFile { get; set; }

    /// <summary>
    /// The connection string of a PostgreSQL store, in Npgsql's form. Several hosts may be named, separated by commas; the primary
    /// among them is found and followed. Default: none.
    /// </summary>
    public string? PostgresConnectionString { get; set; }

    /// <summary>Names under which grains find this store besides the default one. Default: none.</summary>
    public IList<string> StorageNames { get; } = [];

    /// <summary>
    /// Forms of state types that are not, or no longer, in form 1. A type that is not listed is written and read in form 1. Default: none.
    /// </summary>
    public IList<StateFormat> StateFormats { get; } = [];

    /// <summary>Whether the cluster's membership is kept in this store. Default: true.</summary>
    public bool KeepsMembership { get; set; } = true;

    /// <summary>Whether reminders are kept in this store. Default: true.</summary>
    public bool KeepsReminders { get; set; } = true;

    /// <summary>
    /// Whether each write transaction checks that this silo is a living member of the cluster, so that a silo that was declared dead
    /// can write nothing more. Needs <see cref="KeepsMembership"/>, and has no effect without it. Default: true.
    /// </summary>
    public bool FencesDeadSilos { get; set; } = true;

    /// <summary>
    /// The most rows that are written in one transaction. More raise the throughput, and the time that each caller waits. Default: 256.
    /// </summary>
    public int MaxBatchRows { get; set; } = 256;

    /// <summary>
    /// The most rows that are written in one transaction while calls that somebody waits for write, so that they wait for short ones. Default: 32, and never more
    /// than <see cref="MaxBatchRows"/>.
    /// </summary>
    public int ForegroundBatchRows { get; set; } = 32;

    /// <summary>The most characters of state that are written in one transaction, unless a single row has more. Default: 4 Mi.</summary>
    public int MaxBatchCharacters { get; set; } = 4 * 1024 * 1024;

    /// <summary>How many writes, and how many reads, are queued before further callers wait for room. Default: 4096.</summary>
    public int QueueCapacity { get; set; } = 4096;

    /// <summary>
    /// How many writes, and how many reads, may be queued or waiting for room; the next is refused with
    /// <see cref="StoreFault.Overloaded"/>. Default: 100,000.
    /// </summary>
    public int MaxPending { get; set; } = 100_000;

    /// <summary>How many connections read. Default: 2.</summary>
    public int Readers { get; set; } = 2;

    /// <summary>The most reads that share one round trip to the database. Default: 128.</summary>
    public int MaxReadBatch { get; set; } = 128;

    /// <summary>How long opening a connection to one host may take; whole seconds for PostgreSQL. Default: 3 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long PostgreSQL may take for a transaction before its connection is given up and the outcome looked up on a new one; whole
    /// seconds. Default: 10 s.
    /// </summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a transaction waits for a lock that another process holds; not more than <see cref="CommandTimeout"/>. Default: 5 s.
    /// </summary>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the writes of a transaction whose connection broke during the commit wait for the answer what became of them, before
    /// they fail with <see cref="StoreOutcomeUnknownException"/>. Default: 5 s.
    /// </summary>
    public TimeSpan OutcomeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The first delay after a failed attempt to connect; it doubles up to <see cref="MaxReconnectDelay"/>. Default: 50 ms.
    /// </summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest delay between attempts to connect, during which calls fail at once. Default: 1 s.</summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Keeps everything in a SQLite file.</summary>
    public StoreOptions UseSqlite(string file)
    {
        SqliteFile = file;
        return this;
    }

    /// <summary>Keeps everything in a PostgreSQL database.</summary>
    public StoreOptions UsePostgres(string connectionString)
    {
        PostgresConnectionString = connectionString;
        return this;
    }
}
