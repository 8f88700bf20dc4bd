namespace Warren.Grains.Services;

/// <summary>Settings of the grains of services.</summary>
internal sealed record ServiceGrainOptions
{
    /// <summary>The defaults below.</summary>
    public static ServiceGrainOptions Default { get; } = new();

    /// <summary>Settings of their decisions.</summary>
    public ReconcileOptions Reconcile { get; init; } = ReconcileOptions.Default;

    /// <summary>How long a step waits for more to come, at least. Default: 5 ms.</summary>
    public TimeSpan Coalesce { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// How long a step waits, as a multiple of what the last one took, so that a large service does not write itself again for each of its tasks; up to
    /// <see cref="MaxCoalesce"/>. Default: 2.
    /// </summary>
    public double CoalesceFactor { get; init; } = 2;

    /// <summary>The longest such wait. Default: 500 ms.</summary>
    public TimeSpan MaxCoalesce { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The first wait before what failed is tried again; it doubles up to <see cref="MaxRetry"/>. Default: 100 ms.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait before what failed is tried again. Default: 10 s.</summary>
    public TimeSpan MaxRetry { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a step waits for the catalog of nodes and for volumes before it decides by what it knows. Default: 2 s.</summary>
    public TimeSpan LookLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The first wait before an image that could not be resolved is looked up again; it doubles up to <see cref="MaxImageRetry"/>. Default: 5 s.</summary>
    public TimeSpan ImageRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest such wait. Default: 10 min.</summary>
    public TimeSpan MaxImageRetry { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>So long something has to be left to do before a reminder is registered for it. Default: 1 min.</summary>
    public TimeSpan ReminderAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The period of that reminder, which finishes what all else has missed. Default: 5 min.</summary>
    public TimeSpan ReminderPeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many calls to grains of tasks a service has under way at most. Default: 256.</summary>
    public int TaskCalls { get; init; } = 256;

    /// <summary>How many events a service keeps that the log has not taken, besides those of its last step; of more the oldest are left out. Default: 2,000.</summary>
    public int MaxUnsent { get; init; } = 2_000;
}
