namespace Warren.Containers;

/// <summary>Something mounted into a container.</summary>
[GenerateSerializer, Alias("warren.mount-spec"), Immutable]
public sealed record MountSpec
{
    /// <summary>What is mounted.</summary>
    [Id(0)]
    public required MountKind Kind { get; init; }

    /// <summary>
    /// For a volume its name, for a bind mount an absolute path on the node that must exist, for tmpfs nothing.
    /// </summary>
    [Id(1)]
    public string? Source { get; init; }

    /// <summary>Absolute path in the container; made when it does not exist.</summary>
    [Id(2)]
    public required string Target { get; init; }

    /// <summary>Default: false.</summary>
    [Id(3)]
    public bool ReadOnly { get; init; }

    /// <summary>For tmpfs: the most bytes it may hold. Default: half of the node's memory, the kernel's own default.</summary>
    [Id(4)]
    public long? TmpfsSize { get; init; }

    /// <summary>For tmpfs: the permission bits of its root. Default: 01777.</summary>
    [Id(5)]
    public int? TmpfsMode { get; init; }

    /// <summary>For bind mounts: how mounts below travel between node and container. Default: <see cref="MountPropagation.Private"/>.</summary>
    [Id(6)]
    public MountPropagation Propagation { get; init; }

    /// <summary>For a volume: a path inside it to mount instead of its root. Must exist and stay inside. Default: its root.</summary>
    [Id(7)]
    public string? Subpath { get; init; }
}
