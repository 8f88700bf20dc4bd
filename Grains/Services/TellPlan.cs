using System.Collections.Immutable;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>What others have yet to hear of a service's tasks.</summary>
internal sealed record TellPlan
{
    /// <summary>Tasks whose own grains take the service's copy.</summary>
    public required ImmutableArray<TaskRecord> Take { get; init; }

    /// <summary>Tasks for the scheduler, whose own grains know that they wait.</summary>
    public required ImmutableArray<TaskRecord> Enqueue { get; init; }

    /// <summary>Tasks that the scheduler has and that want a node no more.</summary>
    public required ImmutableArray<TaskId> Withdraw { get; init; }

    /// <summary>What nodes have to hear of the tasks that are on them.</summary>
    public required IReadOnlyDictionary<NodeId, ImmutableArray<TaskIntention>> Intend { get; init; }
}
