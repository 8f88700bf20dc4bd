using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Warren.Silo.Api.Observing;

/// <summary>
/// What Warren's meters measure, under names as Prometheus has them: <c>warren.store.commit_duration</c> in seconds is <c>warren_store_commit_duration_seconds</c>, and a
/// counter ends in <c>_total</c>.
/// </summary>
internal sealed class MeterBridge : IDisposable
{
    private const string Prefix = "Warren.";

    // From half a millisecond to a quarter of a minute; of what is no time, from 1 to 16,384.
    private static readonly double[] s_seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];
    private static readonly double[] s_counts = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384];

    private readonly ConcurrentDictionary<Instrument, (MetricFamily Family, Action<double, string[]> Note)> _sinks = new();
    private readonly MeterListener _listener = new();

    public MeterBridge()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith(Prefix, StringComparison.Ordinal)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The name of an instrument for Prometheus.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="unit">Its unit; only seconds and bytes are part of names.</param>
    /// <param name="isCounter">Whether it only grows.</param>
    public static string NameOf(string name, string? unit, bool isCounter)
    {
        var basis = name.Replace('.', '_').Replace('-', '_').ToLowerInvariant();
        var suffix = unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        if (!basis.EndsWith(suffix, StringComparison.Ordinal)) basis += suffix;
        return isCounter ? basis + "_total" : basis;
    }

    /// <summary>What was measured so far.</summary>
    public IEnumerable<MetricFamily> Families => _sinks.Values.Select(sink => sink.Family).OrderBy(family => family.Name, StringComparer.Ordinal);

    /// <summary>Asks what is measured only when asked.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var values = new string[tags.Length];
        for (var i = 0; i < tags.Length; i++) values[i] = Convert.ToString(tags[i].Value, CultureInfo.InvariantCulture) ?? "";
        if (!_sinks.TryGetValue(instrument, out var sink))
        {
            var labels = new string[tags.Length];
            for (var i = 0; i < tags.Length; i++) labels[i] = tags[i].Key;
            sink = _sinks.GetOrAdd(instrument, SinkOf(instrument, labels));
        }

        sink.Note(value, values);
    }

    // An instrument has the labels of its first measurement.
    private static (MetricFamily, Action<double, string[]>) SinkOf(Instrument instrument, string[] labels)
    {
        var kind = instrument.GetType().GetGenericTypeDefinition();
        var isCounter = kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>);
        var (name, help) = (NameOf(instrument.Name, instrument.Unit, isCounter), (instrument.Description ?? "") + ".");
        if (kind == typeof(Histogram<>))
        {
            var histogram = new MetricFamily(name, help, "histogram", labels, instrument.Unit == "s" ? s_seconds : s_counts);
            return (histogram, (value, of) => histogram.Observe(value, of));
        }

        var family = new MetricFamily(name, help, isCounter ? "counter" : "gauge", labels);
        return kind == typeof(Counter<>) || kind == typeof(UpDownCounter<>) ? (family, (value, of) => family.Add(value, of)) : (family, (value, of) => family.Set(value, of));
    }
}
