using System.Collections.Immutable;
using Warren.Tasks;

namespace Warren.Services;

/// <summary>A service as it is.</summary>
[GenerateSerializer, Alias("warren.service-status"), Immutable]
public sealed record ServiceStatus
{
    /// <summary>The current version of the spec.</summary>
    [Id(0)]
    public required ServiceRevision Revision { get; init; }

    /// <summary>Its tasks, those that have ended too as long as they are kept. A pending one says why in its reason.</summary>
    [Id(1)]
    public required ImmutableArray<TaskRecord> Tasks { get; init; }

    /// <summary>Whether it goes, once all that its tasks left is gone.</summary>
    [Id(2)]
    public bool IsRemoving { get; init; }

    /// <summary>The latest rollout; null if there was none.</summary>
    [Id(3)]
    public RolloutStatus? Rollout { get; init; }

    /// <summary>Runs that go on, oldest first; only of jobs and cron jobs.</summary>
    [Id(4)]
    public ImmutableArray<RunStatus> ActiveRuns { get; init; } = [];

    /// <summary>Runs that have ended, oldest first, as many as are kept.</summary>
    [Id(5)]
    public ImmutableArray<RunStatus> FinishedRuns { get; init; } = [];

    /// <summary>What the service as a whole waits for, for people; empty when it does not.</summary>
    [Id(6)]
    public ImmutableArray<string> Waits { get; init; } = [];

    /// <summary>When something is due though nothing happens: the next retry, the next run. Null: nothing is.</summary>
    [Id(7)]
    public DateTimeOffset? NextAt { get; init; }
}
