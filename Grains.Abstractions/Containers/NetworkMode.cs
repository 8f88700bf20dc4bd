namespace Warren.Containers;

/// <summary>Which network namespace a container runs in.</summary>
[GenerateSerializer]
public enum NetworkMode
{
    /// <summary>One of its own, connected to the node's bridge.</summary>
    Bridge = 0,

    /// <summary>The node's.</summary>
    Host = 1,

    /// <summary>One of its own with a loopback interface only.</summary>
    None = 2,
}
