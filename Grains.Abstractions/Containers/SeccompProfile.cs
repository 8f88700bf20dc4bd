namespace Warren.Containers;

/// <summary>Which system calls a container may make.</summary>
[GenerateSerializer]
public enum SeccompProfile
{
    /// <summary>Those that ordinary programs need and that do not reach round the container's walls, by the capabilities it has.</summary>
    Default = 0,

    /// <summary>All.</summary>
    Unconfined = 1,
}
