using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Warren.Agent.Runtime.Oci;

/// <summary>What the kernel of this node can do, as far as a container's specification depends on it. Read once at the start of the agent.</summary>
internal sealed record NodeFacts
{
    /// <summary>Where the controllers are.</summary>
    public required CgroupVersion Cgroups { get; init; }

    /// <summary>The controllers that can be used: <c>cpu</c>, <c>memory</c>, <c>pids</c>, …</summary>
    public required ImmutableSortedSet<string> Controllers { get; init; }

    /// <summary>Whether swap can be limited.</summary>
    public required bool SwapAccounting { get; init; }

    /// <summary>Whether there are cgroup namespaces.</summary>
    public required bool CgroupNamespaces { get; init; }

    /// <summary>Whether the kernel filters system calls.</summary>
    public required bool Seccomp { get; init; }

    /// <summary>
    /// The capabilities that a container can get: those that the kernel knows and that were not taken from this process for good, as happens
    /// to a whole machine that is itself a container.
    /// </summary>
    public required ImmutableHashSet<string> Capabilities { get; init; }

    /// <summary>The kernel's version.</summary>
    public required Version Kernel { get; init; }

    /// <summary>The processor.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>The <c>thermal_throttle</c> folders of the node's processors, whose counters tell of neighbours; masked by default.</summary>
    public ImmutableArray<string> ThermalFolders { get; init; } = [];

    /// <summary>Whether a read-only bind mount can be read-only for the mounts below it too: <c>mount_setattr(2)</c> came with 5.12.</summary>
    public bool RecursiveReadOnly => Kernel >= new Version(5, 12);

    /// <summary>Whether a memory file system can be kept out of swap space: since 6.4.</summary>
    public bool TmpfsWithoutSwap => Kernel >= new Version(6, 4);
}
