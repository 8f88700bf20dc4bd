using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Orleans.Runtime;

/// <summary>The engine's metrics, under Orleans' meter name, and the source of its traces.</summary>
internal sealed class EngineInstruments : IDisposable
{
    public const string MeterName = "Microsoft.Orleans";
    public const string GrainTypeTag = "type";

    /// <summary>Activities of calls that grains receive.</summary>
    public static readonly ActivitySource Calls = new("Microsoft.Orleans.Application");

    private readonly Meter _meter;
    private readonly Counter<long> _activated;
    private readonly Counter<long> _activationFailures;
    private readonly Counter<long> _overloads;
    private readonly Counter<long> _deadlocks;

    public EngineInstruments(IMeterFactory? factory)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _activated = _meter.CreateCounter<long>("orleans-catalog-activation-created", "{activation}", "Activations made.");
        _activationFailures = _meter.CreateCounter<long>("orleans-catalog-activation-failed-to-activate", "{activation}", "Activations that failed.");
        _overloads = _meter.CreateCounter<long>("orleans-scheduler-calls-refused", "{call}", "Calls refused because the grain's queue was full.");
        _deadlocks = _meter.CreateCounter<long>("orleans-scheduler-deadlocks", "{call}", "Calls ended because they waited for themselves.");
    }

    public void Activated(GrainClass grainClass) => _activated.Add(1, Tag(grainClass));

    public void ActivationFailed(GrainClass grainClass) => _activationFailures.Add(1, Tag(grainClass));

    public void Overloaded(GrainClass grainClass) => _overloads.Add(1, Tag(grainClass));

    public void Deadlocked(GrainClass grainClass) => _deadlocks.Add(1, Tag(grainClass));

    /// <summary>Reports what the grain classes of a silo count themselves, so that calls pay nothing for it.</summary>
    public void Observe(Func<IEnumerable<GrainClassStatistics>> read)
    {
        Observable("orleans-grains", "{activation}", "Activations at this moment.", static counts => counts.Activations, isGauge: true);
        Observable("orleans-app-requests", "{call}", "Calls that grains have answered.", static counts => counts.Calls, isGauge: false);
        Observable("orleans-app-requests-failed", "{call}", "Calls that ended with an exception.", static counts => counts.Errors, isGauge: false);
        _meter.CreateObservableCounter(
            "orleans-app-requests-time",
            () => read().Select(counts => new Measurement<double>(counts.Time.TotalSeconds, Tag(counts))),
            "s",
            "Time from the start of calls to their answers.");

        void Observable(string name, string unit, string description, Func<GrainClassStatistics, long> value, bool isGauge)
        {
            IEnumerable<Measurement<long>> Measure() => read().Select(counts => new Measurement<long>(value(counts), Tag(counts)));
            if (isGauge) _meter.CreateObservableUpDownCounter(name, Measure, unit, description);
            else _meter.CreateObservableCounter(name, Measure, unit, description);
        }
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(GrainClass grainClass) => new(GrainTypeTag, grainClass.Descriptor.GrainType.ToString());

    private static KeyValuePair<string, object?> Tag(GrainClassStatistics counts) => Tag(counts.Class);
}
