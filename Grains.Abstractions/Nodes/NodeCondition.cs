namespace Warren.Nodes;

/// <summary>How the cluster sees a node, from good to given up.</summary>
[GenerateSerializer]
public enum NodeCondition
{
    /// <summary>Its lease is held.</summary>
    Ready = 0,

    /// <summary>It was not heard of for a while. It gets no new tasks; those it has are left alone.</summary>
    Unreachable = 10,

    /// <summary>It was not heard of for so long that its tasks get replacements elsewhere.</summary>
    Lost = 20,
}
