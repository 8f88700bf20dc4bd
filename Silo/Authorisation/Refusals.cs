using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Warren.Silo.Authorisation;

/// <summary>Counts and logs what was refused. Whoever is refused a thousand times a second fills no disk: one line a second about each caller says how many there were.</summary>
internal sealed partial class Refusals(TimeProvider time, ILogger<Refusals> logger) : IDisposable
{
    /// <summary>The name of the meter, by which it is found.</summary>
    public const string MeterName = "Warren.Authorisation";

    /// <summary>Callers that are told apart at a time; more than anyone can get certificates for unnoticed.</summary>
    private const int MostCallers = 1_000;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly Meter _meter = new(MeterName);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _counts = [];
    private readonly Dictionary<string, (long ToldAt, int Untold)> _told = [];

    /// <summary>Notes one.</summary>
    /// <param name="who">The holder of the certificate.</param>
    /// <param name="what">What it wanted.</param>
    /// <param name="kind">The tag of the counter: call, silo, api or role.</param>
    public void Note(string who, string what, string kind)
    {
        int others;
        lock (_lock)
        {
            // Made with the first, so that a count that nobody has asked for yet is none the less.
            if (_counts.Count == 0) _meter.CreateObservableCounter("warren.refusals", Measure, "{refusal}", "What callers wanted and their certificates do not allow, by kind");
            _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
            if (_told.TryGetValue(who, out var told) && time.GetElapsedTime(told.ToldAt) < s_pause)
            {
                _told[who] = told with { Untold = told.Untold + 1 };
                return;
            }

            if (_told.Count >= MostCallers) _told.Clear();
            others = told.Untold;
            _told[who] = (time.GetTimestamp(), 0);
        }

        LogRefused(who, what, others);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private Measurement<long>[] Measure()
    {
        lock (_lock) return [.. _counts.Select(count => new Measurement<long>(count.Value, new KeyValuePair<string, object?>("kind", count.Key)))];
    }

    [LoggerMessage(LogLevel.Warning, "{Who} may not {What}: refused. {Others} other refusals of it since the last such line")]
    private partial void LogRefused(string who, string what, int others);
}
