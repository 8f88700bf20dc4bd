using System.Collections.Immutable;

namespace Warren.Containers;

/// <summary>What the processes of a container may do.</summary>
[GenerateSerializer, Alias("warren.security-spec"), Immutable]
public sealed record SecuritySpec
{
    /// <summary>As strict as Docker's default: 14 capabilities, a seccomp filter, masked and read-only paths, no new privileges.</summary>
    public static SecuritySpec Default { get; } = new();

    /// <summary>All capabilities and devices, no seccomp filter, nothing masked. Default: false.</summary>
    [Id(0)]
    public bool Privileged { get; init; }

    /// <summary>
    /// Capabilities added to the default ones, <c>CAP_NET_ADMIN</c> or <c>NET_ADMIN</c>; <c>ALL</c> means each. One added by its own name is
    /// the process's also when its user is not root; the others are for root and for programs with file capabilities. Default: none.
    /// </summary>
    [Id(1)]
    public ImmutableArray<string> AddCapabilities { get; init; } = [];

    /// <summary>Capabilities taken from the default ones; <c>ALL</c> means each, before those added. Default: none.</summary>
    [Id(2)]
    public ImmutableArray<string> DropCapabilities { get; init; } = [];

    /// <summary>Which system calls are allowed. Default: <see cref="SeccompProfile.Default"/>.</summary>
    [Id(3)]
    public SeccompProfile Seccomp { get; init; }

    /// <summary>Whether set-user-id programs give their rights to the process. Default: false, unless privileged.</summary>
    [Id(4)]
    public bool AllowNewPrivileges { get; init; }

    /// <summary>Whether the root file system can only be read. Default: false.</summary>
    [Id(5)]
    public bool ReadOnlyRoot { get; init; }

    /// <summary>Paths that read as empty. Default (when it is default): the runtime's list; empty: none.</summary>
    [Id(6)]
    public ImmutableArray<string>? MaskedPaths { get; init; }

    /// <summary>Paths that can only be read. Default (when it is default): the runtime's list; empty: none.</summary>
    [Id(7)]
    public ImmutableArray<string>? ReadOnlyPaths { get; init; }

    /// <summary>Devices of the node that the container gets. Default: none but the standard ones.</summary>
    [Id(8)]
    public ImmutableArray<DeviceSpec> Devices { get; init; } = [];

    /// <summary>Kernel settings of the container's own namespaces (<c>net.</c>, <c>kernel.shm</c>, <c>kernel.msg</c>, <c>kernel.sem</c>, <c>fs.mqueue.</c>). Default: none.</summary>
    [Id(9)]
    public ImmutableSortedDictionary<string, string> Sysctls { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Limits of each process. Default: the runtime's own (those of the agent).</summary>
    [Id(10)]
    public ImmutableArray<UlimitSpec> Ulimits { get; init; } = [];
}
