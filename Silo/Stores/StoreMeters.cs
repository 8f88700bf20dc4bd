using System.Diagnostics.Metrics;

namespace Warren.Silo.Stores;

/// <summary>What the store measures of itself.</summary>
internal sealed class StoreMeters : IDisposable
{
    /// <summary>The name of the meter, by which it is found.</summary>
    public const string Name = "Warren.Store";

    private readonly Counter<long> _rows;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _unknown;
    private readonly Histogram<double> _seconds;
    private readonly Histogram<int> _batch;

    public StoreMeters()
    {
        _rows = Meter.CreateCounter<long>("warren.store.rows_committed", "{row}", "Rows in committed transactions, conflicts included");
        _failures = Meter.CreateCounter<long>("warren.store.failures", "{transaction}", "Transactions that failed, by fault");
        _unknown = Meter.CreateCounter<long>("warren.store.outcomes_unknown", "{row}", "Rows that were perhaps written");
        _seconds = Meter.CreateHistogram<double>("warren.store.commit_duration", "s", "Time until a transaction is durable");
        _batch = Meter.CreateHistogram<int>("warren.store.batch_rows", "{row}", "Rows in a transaction");
    }

    public Meter Meter { get; } = new(Name);

    public void ObservePending(Func<int> writes, Func<int> reads)
    {
        Meter.CreateObservableGauge("warren.store.pending_writes", writes, "{write}", "Writes that are queued or wait for room");
        Meter.CreateObservableGauge("warren.store.pending_reads", reads, "{read}", "Reads that are queued or wait for room");
    }

    public void Committed(int rows, TimeSpan duration)
    {
        _rows.Add(rows);
        _batch.Record(rows);
        _seconds.Record(duration.TotalSeconds);
    }

    public void Failed(StoreFault fault) => _failures.Add(1, new KeyValuePair<string, object?>("fault", fault.ToString()));

    public void Unknown(int rows) => _unknown.Add(rows);

    public void Dispose() => Meter.Dispose();
}
