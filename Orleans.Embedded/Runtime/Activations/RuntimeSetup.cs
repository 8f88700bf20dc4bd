namespace Orleans.Runtime;

/// <summary>What a runtime is built from.</summary>
internal sealed record RuntimeSetup(
    IServiceProvider Services,
    TimeProvider Time,
    EngineInstruments Instruments,
    EngineLog Log,
    TimeSpan ResponseTimeout,
    IOutgoingGrainCallFilter[] OutgoingFilters,
    bool PropagateActivity);
