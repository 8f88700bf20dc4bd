using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Warren.Silo.Stores;

namespace Warren.Silo.Tests.Stores;

/// <summary>Records the number of rows of each transaction that a store commits, by what it measures of itself.</summary>
internal sealed class BatchSizes : IDisposable
{
    private readonly ConcurrentQueue<int> _rows = new();
    private readonly MeterListener _listener = new();

    public BatchSizes(WarrenStore store)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == store.Meters.Meter && instrument.Name == "warren.store.batch_rows")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((_, rows, _, _) => _rows.Enqueue(rows));
        _listener.Start();
    }

    public IReadOnlyCollection<int> Rows => _rows;

    public void Dispose() => _listener.Dispose();
}
