using System.Collections.Immutable;

namespace Warren.Containers;

/// <summary>The limits of a process by name (<c>setrlimit(2)</c>).</summary>
public static class Ulimits
{
    /// <summary>No limit.</summary>
    public const long Unlimited = -1;

    /// <summary>The names, as <see cref="UlimitSpec.Name"/> takes them.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "as", "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime",
        "sigpending", "stack",
    ];
}
