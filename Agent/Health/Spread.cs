using Warren.Agent.Runtime;

namespace Warren.Agent.Health;

/// <summary>Spreads the first checks of many containers over time, the same way at every start.</summary>
internal static class Spread
{
    // FNV-1a, with the steps of a mixer after it: ids of one service differ in their last character only.
    private const uint Offset = 2166136261, Prime = 16777619;

    /// <summary>A number from 0 to below 1.</summary>
    public static double Of(ContainerId id, ProbeKind kind)
    {
        var hash = Offset;
        foreach (var character in id.Value) hash = (hash ^ character) * Prime;
        hash = (hash ^ (uint)kind) * Prime;
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
        return (hash ^ (hash >> 16)) / (uint.MaxValue + 1.0);
    }
}
