namespace Warren.Agent.Runtime.Oci;

/// <summary>Which hierarchy of control groups the node's controllers are on.</summary>
internal enum CgroupVersion
{
    /// <summary>One hierarchy for each controller; also the hybrid layout, where the unified hierarchy has none.</summary>
    V1 = 1,

    /// <summary>The unified hierarchy.</summary>
    V2 = 2,
}
