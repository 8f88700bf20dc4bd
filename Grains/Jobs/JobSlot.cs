using System.Collections.Immutable;

namespace Warren.Grains.Jobs;

/// <summary>What is remembered of one slot of a run.</summary>
internal sealed record JobSlot
{
    /// <summary>Whether a task of it ended with exit code 0.</summary>
    public bool IsComplete { get; init; }

    /// <summary>How many of its tasks failed.</summary>
    public int Failures { get; init; }

    /// <summary>When they did, by the manager's clock: what the delay grows by.</summary>
    public ImmutableArray<DateTimeOffset> Ends { get; init; } = [];

    /// <summary>How the last one that failed did, for people.</summary>
    public string LastFailure { get; init; } = "";
}
