namespace Warren.Agent.Execs;

/// <summary>How further processes are run for callers.</summary>
internal sealed record ExecRunnerOptions
{
    /// <summary>The most at once; more are refused. Default: 64.</summary>
    public int MaxExecs { get; init; } = 64;

    /// <summary>The most bytes of output that are sent together. Default: 64 KiB.</summary>
    public int MaxBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// How long output is waited for once the process has ended, while none comes: something that it left behind may hold it open. Default: 500 ms.
    /// </summary>
    public TimeSpan OutputLimit { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a caller is given to hear that its process broke off. Default: 2 s.</summary>
    public TimeSpan TellLimit { get; init; } = TimeSpan.FromSeconds(2);
}
