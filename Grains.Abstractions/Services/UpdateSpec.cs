namespace Warren.Services;

/// <summary>How the tasks of a service are replaced when its spec changes.</summary>
[GenerateSerializer, Alias("warren.update-spec"), Immutable]
public sealed record UpdateSpec
{
    /// <summary>One by one, watched for 5 s, paused after a failure.</summary>
    public static UpdateSpec Default { get; } = new();

    /// <summary>How many slots change at once, at least 1. Default: 1.</summary>
    [Id(0)]
    public int Parallelism { get; init; } = 1;

    /// <summary>Default: <see cref="UpdateOrder.Auto"/>.</summary>
    [Id(1)]
    public UpdateOrder Order { get; init; }

    /// <summary>The pause between one batch and the next. Default: none.</summary>
    [Id(2)]
    public TimeSpan Delay { get; init; }

    /// <summary>How long a new task must stay ready before it counts; a failure meanwhile is one of the rollout. Default: 5 s.</summary>
    [Id(3)]
    public TimeSpan Monitor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A new task that is not ready so long after its start has failed; at least 1 s. Default: 5 min.</summary>
    [Id(4)]
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Default: <see cref="UpdateFailureAction.Pause"/>.</summary>
    [Id(5)]
    public UpdateFailureAction OnFailure { get; init; }
}
