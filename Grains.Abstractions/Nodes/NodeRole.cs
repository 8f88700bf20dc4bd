namespace Warren.Nodes;

/// <summary>What a machine does for the cluster besides running tasks.</summary>
[GenerateSerializer]
public enum NodeRole
{
    /// <summary>Nothing.</summary>
    Worker = 0,

    /// <summary>It is also a manager.</summary>
    Manager = 1,
}
