using System.Collections.Immutable;
using Warren.Events;
using Warren.Nodes;

namespace Warren.Grains.Nodes;

/// <summary>All that a node's grain stores.</summary>
internal sealed record NodeState
{
    /// <summary>Grows by one with each write.</summary>
    public long Version { get; init; }

    /// <summary>The session of the agent that registered last; 0: none ever did.</summary>
    public long Session { get; init; }

    /// <summary>The registration that began <see cref="Session"/>. Null: its agent did not say.</summary>
    public RegistrationAttempt? Attempt { get; init; }

    /// <summary>Whether it was taken out of the cluster, which is for good.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>What the operator says.</summary>
    public NodeSpec Spec { get; init; } = NodeSpec.Default;

    /// <summary>Grows by one with each change of <see cref="Spec"/>.</summary>
    public long SpecVersion { get; init; }

    /// <summary>What the agent said when it registered. Null: none ever did.</summary>
    public NodeDescription? Description { get; init; }

    /// <summary>The condition when it changed last. Null: no agent ever registered.</summary>
    public NodeStatus? Status { get; init; }

    /// <summary>When an agent registered first.</summary>
    public DateTimeOffset JoinedAt { get; init; }

    /// <summary>Images that are there.</summary>
    public ImmutableArray<string> Images { get; init; } = [];

    /// <summary>What the agent is meant to have.</summary>
    public AssignmentSet<AssignedTask> Assignments { get; init; } = AssignmentSet<AssignedTask>.Empty;

    /// <summary>What is promised to tasks that have not ended.</summary>
    public ImmutableArray<NodeReservation> Reservations { get; init; } = [];

    /// <summary>Events of the last writes that the log may not have.</summary>
    public ImmutableArray<ClusterEvent> Unsent { get; init; } = [];

    /// <summary>The node for others; null if it is none, or none any more.</summary>
    public NodeRecord? ToRecord(NodeId id) => IsRemoved || Description is null || Status is null ? null : new()
    {
        Id = id,
        Spec = Spec,
        Description = Description,
        Status = Status,
        Reservations = Reservations,
        Images = Images,
        JoinedAt = JoinedAt,
        Version = Version,
        SpecVersion = SpecVersion,
    };
}
