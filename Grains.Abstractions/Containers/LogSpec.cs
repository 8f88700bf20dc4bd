namespace Warren.Containers;

/// <summary>How a container's output is kept on its node.</summary>
[GenerateSerializer, Alias("warren.log-spec"), Immutable]
public sealed record LogSpec
{
    /// <summary>10 MiB a file, 3 files.</summary>
    public static LogSpec Default { get; } = new();

    /// <summary>A file that has reached this many bytes is closed and the next begun; at least 4 KiB. Default: 10 MiB.</summary>
    [Id(0)]
    public long MaxFileSize { get; init; } = 10 * 1024 * 1024;

    /// <summary>How many files are kept, the one being written included; at least 1. Default: 3.</summary>
    [Id(1)]
    public int MaxFiles { get; init; } = 3;
}
