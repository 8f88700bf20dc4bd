using Warren.Validation;

namespace Warren.Containers;

/// <summary>What resources must meet.</summary>
internal static class ResourceRules
{
    private const long LeastMemory = 6 * 1024 * 1024;
    private const int Page = 4096;

    public static void Check(ProblemList problems, ResourceSpec resources)
    {
        // Less than a hundredth of a core is below what the kernel's scheduler can hand out.
        if (resources.CpuLimitMillicores is { } cpu) problems.AtLeast("resources.cpuLimitMillicores", cpu, 10);
        if (resources.CpuReservationMillicores is { } reserved)
        {
            problems.AtLeast("resources.cpuReservationMillicores", reserved, 1);
            if (reserved > resources.CpuLimitMillicores)
                problems.Add("resources.cpuReservationMillicores", $"must be at most cpuLimitMillicores, {resources.CpuLimitMillicores}, was {reserved}");
        }
        if (resources.CpuShares is { } shares) problems.Within("resources.cpuShares", shares, 2, 262_144);
        // Less would not start: the runtime's own first steps run inside the limit.
        if (resources.MemoryLimit is { } memory) problems.AtLeast("resources.memoryLimit", memory, LeastMemory);
        if (resources.MemoryReservation is { } kept)
        {
            problems.AtLeast("resources.memoryReservation", kept, 1);
            if (kept > resources.MemoryLimit) problems.Add("resources.memoryReservation", $"must be at most memoryLimit, {resources.MemoryLimit}, was {kept}");
        }
        if (resources.PidsLimit is { } pids) problems.AtLeast("resources.pidsLimit", pids, 1);
        if (resources.SharedMemorySize is { } shared) problems.AtLeast("resources.sharedMemorySize", shared, Page);
        if (resources.OomScoreAdjustment is { } score) problems.Within("resources.oomScoreAdjustment", score, -1000, 1000);
    }
}
