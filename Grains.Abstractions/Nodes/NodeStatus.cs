namespace Warren.Nodes;

/// <summary>How the cluster sees a node, and since when.</summary>
[GenerateSerializer, Alias("warren.node-status"), Immutable]
public sealed record NodeStatus
{
    /// <summary>The condition.</summary>
    [Id(0)]
    public required NodeCondition Condition { get; init; }

    /// <summary>Since when it has this condition.</summary>
    [Id(1)]
    public required DateTimeOffset Since { get; init; }

    /// <summary>Why, for people.</summary>
    [Id(2)]
    public string Reason { get; init; } = "";

    /// <summary>When the last heartbeat came; null before the first.</summary>
    [Id(3)]
    public DateTimeOffset? LastHeardAt { get; init; }
}
