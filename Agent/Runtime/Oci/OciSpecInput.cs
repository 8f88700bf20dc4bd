using System.Collections.Immutable;

namespace Warren.Agent.Runtime.Oci;

/// <summary>All that a container's specification is computed from.</summary>
internal sealed record OciSpecInput
{
    /// <summary>The container. Its spec has passed the validator.</summary>
    public required ContainerRequest Request { get; init; }

    /// <summary>The node.</summary>
    public required NodeFacts Node { get; init; }

    /// <summary>The root file system: absolute, or relative to the bundle. containerd mounts it at <c>rootfs</c>.</summary>
    public string RootPath { get; init; } = "rootfs";

    /// <summary>The control group, from the root of each hierarchy; of the form <c>/parent/name</c>.</summary>
    public required string CgroupsPath { get; init; }

    /// <summary>The image's <c>/etc/passwd</c>, or null if it has none.</summary>
    public string? Passwd { get; init; }

    /// <summary>The image's <c>/etc/group</c>, or null if it has none.</summary>
    public string? Group { get; init; }

    /// <summary>The devices at or below the sources of the spec's devices; for a privileged container all of the node's.</summary>
    public ImmutableArray<HostDevice> Devices { get; init; } = [];

    /// <summary>
    /// The lines of the node's <c>/proc/self/mountinfo</c>. Read only where a mount of the request is to travel between node and container,
    /// which the mount that holds its source must allow.
    /// </summary>
    public ImmutableArray<string> NodeMounts { get; init; } = [];

    /// <summary>The init program of the node that is mounted where the spec asks for one; null if there is none.</summary>
    public string? InitPath { get; init; }
}
