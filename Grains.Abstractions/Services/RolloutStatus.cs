namespace Warren.Services;

/// <summary>How far a change of a service's tasks has come.</summary>
[GenerateSerializer, Alias("warren.rollout-status"), Immutable]
public sealed record RolloutStatus
{
    /// <summary>The version that its tasks come from.</summary>
    [Id(0)]
    public required long From { get; init; }

    /// <summary>The version that they go to.</summary>
    [Id(1)]
    public required long To { get; init; }

    /// <summary>Where it stands, in a word: <c>rolling</c>, <c>paused</c>, <c>done</c>.</summary>
    [Id(2)]
    public required string Phase { get; init; }

    /// <summary>Why it stands there, for people; empty when there is nothing to say.</summary>
    [Id(3)]
    public string Reason { get; init; } = "";

    /// <summary>Slots whose tasks are of the version it goes to.</summary>
    [Id(4)]
    public int Updated { get; init; }

    /// <summary>All slots.</summary>
    [Id(5)]
    public int Total { get; init; }
}
