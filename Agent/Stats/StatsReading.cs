using System.Collections.Immutable;
using Warren.Tasks;

namespace Warren.Agent.Stats;

/// <summary>All accounts of a node, read together.</summary>
internal sealed record StatsReading
{
    /// <summary>When the machine was read, on a clock that is never set.</summary>
    public required TimeSpan Moment { get; init; }

    /// <summary>The same, by the machine's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The machine.</summary>
    public required NodeReading Node { get; init; }

    /// <summary>Whether the tasks were read, too.</summary>
    public bool HasTasks { get; init; }

    /// <summary>The tasks that run.</summary>
    public ImmutableSortedDictionary<TaskId, TaskReading> Tasks { get; init; } = ImmutableSortedDictionary<TaskId, TaskReading>.Empty;

    /// <summary>Why the tasks could not be read; null: they could.</summary>
    public string? TasksProblem { get; init; }
}
