using System.Collections.Immutable;

namespace Warren.Nodes;

/// <summary>A node as the cluster knows it.</summary>
[GenerateSerializer, Alias("warren.node-record"), Immutable]
public sealed record NodeRecord
{
    /// <summary>Which node.</summary>
    [Id(0)]
    public required NodeId Id { get; init; }

    /// <summary>What the operator says.</summary>
    [Id(1)]
    public NodeSpec Spec { get; init; } = NodeSpec.Default;

    /// <summary>What its agent says.</summary>
    [Id(2)]
    public required NodeDescription Description { get; init; }

    /// <summary>Its condition.</summary>
    [Id(3)]
    public required NodeStatus Status { get; init; }

    /// <summary>What is promised to tasks, by task. Default: nothing.</summary>
    [Id(4)]
    public ImmutableArray<NodeReservation> Reservations { get; init; } = [];

    /// <summary>Images that are there, each in the forms <c>registry/name:tag</c> and <c>registry/name@sha256:…</c>. Default: none.</summary>
    [Id(5)]
    public ImmutableArray<string> Images { get; init; } = [];

    /// <summary>When it registered first.</summary>
    [Id(6)]
    public required DateTimeOffset JoinedAt { get; init; }

    /// <summary>Grows with each change of the node, of its reservations too, so that of two records the later one is known. Default: 0, none yet.</summary>
    [Id(7)]
    public long Version { get; init; }

    /// <summary>Grows by one with each change of <see cref="Spec"/>. Default: 0, it never changed.</summary>
    [Id(8)]
    public long SpecVersion { get; init; }
}
