namespace Warren.Events;

/// <summary>Something that happened, with its reason.</summary>
[GenerateSerializer, Alias("warren.cluster-event"), Immutable]
public sealed record ClusterEvent
{
    /// <summary>The place in the log: grows by one with each event. A reader goes on after the last one it saw.</summary>
    [Id(0)]
    public required long Cursor { get; init; }

    /// <summary>When it happened.</summary>
    [Id(1)]
    public required DateTimeOffset At { get; init; }

    /// <summary>To what.</summary>
    [Id(2)]
    public required EventSubject Subject { get; init; }

    /// <summary>What.</summary>
    [Id(3)]
    public required EventKind Kind { get; init; }

    /// <summary>The state before, in text. Default: empty, there was none.</summary>
    [Id(4)]
    public string From { get; init; } = "";

    /// <summary>The state after, in text. Default: empty, there is none.</summary>
    [Id(5)]
    public string To { get; init; } = "";

    /// <summary>Why, for people.</summary>
    [Id(6)]
    public string Reason { get; init; } = "";

    /// <summary>The service concerned, also for events about its tasks. Null: none.</summary>
    [Id(7)]
    public Services.ServiceName? Service { get; init; }

    /// <summary>The node concerned, also for events about tasks on it. Null: none.</summary>
    [Id(8)]
    public Nodes.NodeId? Node { get; init; }
}
