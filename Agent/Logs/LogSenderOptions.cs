namespace Warren.Agent.Logs;

/// <summary>How output is sent to readers.</summary>
internal sealed record LogSenderOptions
{
    /// <summary>The most readers at once; more are refused. Default: 64.</summary>
    public int MaxReaders { get; init; } = 64;

    /// <summary>The most lines of a batch. Default: 500.</summary>
    public int MaxLines { get; init; } = 500;

    /// <summary>A batch that has so many bytes is sent. Default: 64 KiB.</summary>
    public int MaxBytes { get; init; } = 64 * 1024;

    /// <summary>How long a line waits for more to go with it. Default: 20 ms.</summary>
    public TimeSpan Coalesce { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>A reader hears of the agent at least so often. Default: 5 s.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(5);
}
