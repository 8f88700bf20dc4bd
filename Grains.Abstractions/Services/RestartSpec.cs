namespace Warren.Services;

/// <summary>
/// When a task that ended gets a successor, and how long that waits: first <see cref="Delay"/>, after the second end within
/// <see cref="Window"/> at least <see cref="Backoff"/>, then <see cref="BackoffFactor"/> times as long each time, up to <see cref="MaxDelay"/>.
/// </summary>
[GenerateSerializer, Alias("warren.restart-spec"), Immutable]
public sealed record RestartSpec
{
    /// <summary>The first time at once, then from 1 s doubled up to 1 min, for ever.</summary>
    public static RestartSpec Default { get; } = new();

    /// <summary>Default: <see cref="RestartCondition.Any"/>, for jobs <see cref="RestartCondition.OnFailure"/> (they cannot have Any).</summary>
    [Id(0)]
    public RestartCondition? Condition { get; init; }

    /// <summary>The least time between an end and the start of the successor. Default: none.</summary>
    [Id(1)]
    public TimeSpan Delay { get; init; }

    /// <summary>The least time after a second end within the window; zero turns the growing delay off. Default: 1 s.</summary>
    [Id(2)]
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>By what the delay grows with each further end, 1 to 10. Default: 2.</summary>
    [Id(3)]
    public double BackoffFactor { get; init; } = 2;

    /// <summary>The delay grows no further, at least <see cref="Delay"/> and <see cref="Backoff"/>. Default: 1 min.</summary>
    [Id(4)]
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Ends longer ago than this are forgotten, more than <see cref="MaxDelay"/>. Default: 10 min.</summary>
    [Id(5)]
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>After so many restarts within the window the slot stays empty until the spec changes; at least 1; not for jobs. Default: no limit.</summary>
    [Id(6)]
    public int? MaxAttempts { get; init; }
}
