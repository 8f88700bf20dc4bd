using System.Collections.Immutable;

namespace Warren.Grains.Jobs;

/// <summary>A run after a step.</summary>
/// <param name="Run">The run, the same object if nothing changed.</param>
internal sealed record JobStep(JobRun Run)
{
    /// <summary>Slots that get a task now.</summary>
    public ImmutableArray<JobBegin> Begin { get; init; } = [];

    /// <summary>When the deadline is. Null: nothing is due.</summary>
    public DateTimeOffset? WakeAt { get; init; }
}
