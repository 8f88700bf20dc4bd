using Warren.Nodes;

namespace Warren.Grains.Scheduling.Filters;

/// <summary>What the task reserves is available. What it reserves nothing of cannot lack.</summary>
internal sealed class ResourceFilter : IPlacementFilter
{
    public Refusal Check(TaskGroup group, WorkingNode node) => Check(node.Available, group.Requirements.Resources);

    public static Refusal Check(ResourceAmount available, ResourceAmount wanted)
    {
        var cpu = wanted.CpuMillicores == 0 ? 0 : Math.Max(0, wanted.CpuMillicores - available.CpuMillicores);
        var memory = wanted.Memory == 0 ? 0 : Math.Max(0, wanted.Memory - available.Memory);
        return (cpu, memory) switch
        {
            (0, 0) => Refusal.None,
            (0, _) => new(RefusalKind.Memory, "", new(0, memory)),
            (_, 0) => new(RefusalKind.Cpu, "", new(cpu, 0)),
            _ => new(RefusalKind.CpuAndMemory, "", new(cpu, memory)),
        };
    }
}
