using System.Collections.Immutable;
using Warren.Nodes;

namespace Warren.Clusters;

/// <summary>The cluster's authority, and how far its rotation is.</summary>
[GenerateSerializer, Alias("warren.authority-record"), Immutable]
public sealed record AuthorityRecord
{
    /// <summary>The digest of the authority; during a rotation of the old one.</summary>
    [Id(0)]
    public required string Digest { get; init; }

    /// <summary>When it ends.</summary>
    [Id(1)]
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>The step of the rotation; null: there is none under way.</summary>
    [Id(2)]
    public RotationStep? Step { get; init; }

    /// <summary>The digest of the new authority; null without a rotation.</summary>
    [Id(3)]
    public string? Next { get; init; }

    /// <summary>When the rotation began; null without one.</summary>
    [Id(4)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Nodes and managers that have not done the step.</summary>
    [Id(5)]
    public ImmutableArray<NodeId> Missing { get; init; } = [];

    /// <summary>How many have.</summary>
    [Id(6)]
    public int Done { get; init; }

    /// <summary>
    /// By when the step should have been done by all. It waits on all the same, and the missing are named in an event each day. Null: there is no rotation.
    /// </summary>
    [Id(7)]
    public DateTimeOffset? DueAt { get; init; }
}
