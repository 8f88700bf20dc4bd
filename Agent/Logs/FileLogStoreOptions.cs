namespace Warren.Agent.Logs;

/// <summary>Where and how the output of containers is kept.</summary>
public sealed record FileLogStoreOptions
{
    /// <summary>Absolute path of the folder of all logs; made when it does not exist. Each container has a folder in it, called by its id.</summary>
    public required string Root { get; init; }

    /// <summary>How often a follower looks by itself where the kernel does not tell it of changes (inotify). Default: 1 s.</summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a logger that was told to end may take to write what is left before it is killed. It gives up by itself after 5 s, so
    /// this is only met by a disk that hangs. Default: 8 s.
    /// </summary>
    public TimeSpan EndLimit { get; init; } = TimeSpan.FromSeconds(8);
}
