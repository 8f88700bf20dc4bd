namespace Warren.Containers;

/// <summary>What a mount brings into a container.</summary>
[GenerateSerializer]
public enum MountKind
{
    /// <summary>A volume, which outlives the container.</summary>
    Volume = 0,

    /// <summary>A file or folder of the node.</summary>
    Bind = 1,

    /// <summary>Memory that goes with the container.</summary>
    Tmpfs = 2,
}
