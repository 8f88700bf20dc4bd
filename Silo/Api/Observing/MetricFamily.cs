using System.Globalization;
using System.Text;

namespace Warren.Silo.Api.Observing;

/// <summary>
/// A metric with its series, one for each set of labels, as Prometheus' text format has them
/// (<see href="https://prometheus.io/docs/instrumenting/exposition_formats/"/>, version 0.0.4). May be used by many at once.
/// </summary>
/// <param name="name">Its name.</param>
/// <param name="help">What it says.</param>
/// <param name="kind">counter, gauge or histogram.</param>
/// <param name="labels">The names of its labels.</param>
/// <param name="bounds">Of a histogram: the upper bounds of its buckets, ascending, without infinity.</param>
internal sealed class MetricFamily(string name, string help, string kind, IReadOnlyList<string> labels, IReadOnlyList<double>? bounds = null)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Adds to a series, which begins at 0.</summary>
    public void Add(double value, params ReadOnlySpan<string> of)
    {
        lock (_gate) Of(of).Sum += value;
    }

    /// <summary>Sets a series.</summary>
    public void Set(double value, params ReadOnlySpan<string> of)
    {
        lock (_gate) Of(of).Sum = value;
    }

    /// <summary>Notes a measurement of a histogram.</summary>
    public void Observe(double value, params ReadOnlySpan<string> of)
    {
        lock (_gate)
        {
            var series = Of(of);
            series.Sum += value;
            series.Count++;
            for (var i = bounds!.Count - 1; i >= 0 && value <= bounds[i]; i--) series.Buckets[i]++;
        }
    }

    /// <summary>Drops all series; those of things that are gone do not come back.</summary>
    public void Clear()
    {
        lock (_gate) _series.Clear();
    }

    /// <summary>Writes it.</summary>
    public void WriteTo(StringBuilder text)
    {
        lock (_gate)
        {
            if (_series.Count == 0) return;
            text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
            foreach (var (of, series) in _series)
            {
                if (bounds is null)
                {
                    Line(text, "", of, "", series.Sum);
                    continue;
                }

                for (var i = 0; i < bounds.Count; i++) Line(text, "_bucket", of, $"le=\"{Text(bounds[i])}\"", series.Buckets[i]);
                Line(text, "_bucket", of, "le=\"+Inf\"", series.Count);
                Line(text, "_sum", of, "", series.Sum);
                Line(text, "_count", of, "", series.Count);
            }
        }
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private void Line(StringBuilder text, string suffix, string of, string bound, double value)
    {
        text.Append(name).Append(suffix);
        var inside = of.Length > 0 && bound.Length > 0 ? $"{of},{bound}" : of + bound;
        if (inside.Length > 0) text.Append('{').Append(inside).Append('}');
        text.Append(' ').Append(Text(value)).Append('\n');
    }

    private Series Of(ReadOnlySpan<string> of)
    {
        if (of.Length != labels.Count) throw new ArgumentException($"{name} has the labels {string.Join(", ", labels)}", nameof(of));
        var key = new StringBuilder();
        for (var i = 0; i < of.Length; i++) key.Append(i == 0 ? "" : ",").Append(labels[i]).Append("=\"").Append(Escape(of[i])).Append('"');
        if (!_series.TryGetValue(key.ToString(), out var series)) _series[key.ToString()] = series = new(bounds?.Count ?? 0);
        return series;
    }

    private sealed class Series(int buckets)
    {
        public double Sum { get; set; }

        public long Count { get; set; }

        public long[] Buckets { get; } = new long[buckets];
    }
}
