using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Warren.Silo.Authorisation;

/// <summary>Counts and logs what was refused. Whoever is refused a thousand times a second fills no disk: one line a second says how many there were.</summary>
internal sealed partial class Refusals(TimeProvider time, ILogger<Refusals> logger) : IDisposable
{
    /// <summary>The name of the meter, by which it is found.</summary>
    public const string MeterName = "Warren.Authorisation";

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly Meter _meter = new(MeterName);
    private readonly Lock _lock = new();
    private Counter<long>? _counter;
    private long _toldAt;
    private bool _isTold;
    private int _untold;

    /// <summary>Notes one.</summary>
    /// <param name="who">The holder of the certificate.</param>
    /// <param name="what">What it wanted.</param>
    /// <param name="kind">The tag of the counter: call, silo or api.</param>
    public void Note(string who, string what, string kind)
    {
        int others;
        lock (_lock)
        {
            _counter ??= _meter.CreateCounter<long>("warren.refusals", "{refusal}", "What callers wanted and their certificates do not allow, by kind");
            _counter.Add(1, new KeyValuePair<string, object?>("kind", kind));
            if (_isTold && time.GetElapsedTime(_toldAt) < s_pause)
            {
                _untold++;
                return;
            }

            (others, _untold, _toldAt, _isTold) = (_untold, 0, time.GetTimestamp(), true);
        }

        LogRefused(who, what, others);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    [LoggerMessage(LogLevel.Warning, "{Who} may not {What}: refused. {Others} other refusals since the last such line")]
    private partial void LogRefused(string who, string what, int others);
}
