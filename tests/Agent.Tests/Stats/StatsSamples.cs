using Warren.Agent.Runtime;

namespace Warren.Agent.Tests.Stats;

/// <summary>What containers use, where it does not matter how much.</summary>
internal static class StatsSamples
{
    /// <param name="timestamp">When the counters were read.</param>
    public static ContainerStats At(long timestamp) => new()
    {
        At = DateTimeOffset.UnixEpoch,
        Timestamp = timestamp,
        CpuTime = TimeSpan.Zero,
        CpuThrottled = TimeSpan.Zero,
        MemoryWithCache = 1,
        Memory = 1,
        BlockRead = 0,
        BlockWritten = 0,
        Pids = 1,
    };
}
