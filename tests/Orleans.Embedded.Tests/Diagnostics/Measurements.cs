using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Embedded.Tests.Diagnostics;

/// <summary>What the engine of one host measures: the sums of its counters, and the present values of what is observed.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly Dictionary<(string Name, string? Type), double> _values = [];

    public Measurements()
    {
        Factory = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == Factory) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public IMeterFactory Factory { get; }

    /// <summary>The value of an instrument for a grain type; 0 when it has none.</summary>
    public double Of(string name, string? grainType)
    {
        _listener.RecordObservableInstruments();
        lock (_values) return _values.GetValueOrDefault((name, grainType));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string? type = null;
        foreach (var tag in tags)
        {
            if (tag.Key == "type") type = tag.Value as string;
        }

        lock (_values)
        {
            // An observed instrument gives its whole value each time.
            var before = instrument.IsObservable ? 0 : _values.GetValueOrDefault((instrument.Name, type));
            _values[(instrument.Name, type)] = before + value;
        }
    }
}
