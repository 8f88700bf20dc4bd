namespace Warren.Containers;

/// <summary>How mounts made below a bind mount travel; the kernel's shared-subtree kinds, each applied to all mounts below too.</summary>
[GenerateSerializer]
public enum MountPropagation
{
    /// <summary>Not at all.</summary>
    Private = 0,

    /// <summary>From the node into the container.</summary>
    Slave = 1,

    /// <summary>Both ways.</summary>
    Shared = 2,
}
