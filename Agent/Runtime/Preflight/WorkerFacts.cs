using System.Collections.Immutable;

namespace Warren.Agent.Runtime.Preflight;

/// <summary>What was found on a machine that is to run containers.</summary>
internal sealed record WorkerFacts
{
    /// <summary>The user that this process runs as.</summary>
    public required long EffectiveUser { get; init; }

    /// <summary>Whether this process may mount and make namespaces (CAP_SYS_ADMIN).</summary>
    public required bool HasSystemAdmin { get; init; }

    /// <summary>Whether this process may change the network (CAP_NET_ADMIN).</summary>
    public required bool HasNetworkAdmin { get; init; }

    /// <summary>The kernel's version.</summary>
    public required Version Kernel { get; init; }

    /// <summary>The controllers of control groups that can be used.</summary>
    public required ImmutableSortedSet<string> Controllers { get; init; }

    /// <summary>The socket of containerd.</summary>
    public required string Socket { get; init; }

    /// <summary>What containerd answered; null if it did not.</summary>
    public string? ContainerdVersion { get; init; }

    /// <summary>Why it did not answer.</summary>
    public string? ContainerdFailure { get; init; }

    /// <summary>Whether the program containerd is installed.</summary>
    public required bool IsContainerdInstalled { get; init; }

    /// <summary>The snapshotter that is to be used.</summary>
    public required string Snapshotter { get; init; }

    /// <summary>Why containerd did not load the snapshotter; empty if it did, null if it has none of that name or did not answer.</summary>
    public string? SnapshotterFailure { get; init; }

    /// <summary>The shim's program.</summary>
    public required string ShimProgram { get; init; }

    /// <summary>Whether it is installed.</summary>
    public required bool IsShimInstalled { get; init; }

    /// <summary>The runc program.</summary>
    public required string RuncProgram { get; init; }

    /// <summary>The first line it prints for its version; null if it cannot be run.</summary>
    public string? RuncVersion { get; init; }

    /// <summary>The first line that nft prints for its version; null if it cannot be run.</summary>
    public string? NftVersion { get; init; }

    /// <summary>The logger of the containers.</summary>
    public required string LoggerProgram { get; init; }

    /// <summary>Whether it exists.</summary>
    public required bool IsLoggerInstalled { get; init; }
}
