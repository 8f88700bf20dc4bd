using Warren.Validation;

namespace Warren.Agent.Runtime.Oci;

/// <summary>What a container may use of the node.</summary>
internal static class ResourceSection
{
    private const ulong PeriodMicroseconds = 100_000;
    private const int SharesOfCore = 1024;
    private const ulong FewestShares = 2;
    private const ulong MostShares = 262_144;

    public static OciResources Create(OciSpecInput input, IReadOnlyList<OciDeviceRule> devices, List<ValidationProblem> problems)
    {
        var resources = input.Request.Spec.Resources;
        Require("cpu", "resources.cpuLimitMillicores", resources.CpuLimitMillicores is not null);
        Require("cpu", "resources.cpuShares", resources.CpuShares is not null);
        Require("memory", "resources.memoryLimit", resources.MemoryLimit is not null);
        Require("pids", "resources.pidsLimit", resources.PidsLimit is not null);
        return new()
        {
            Devices = devices,
            // Swap counts memory and swap together: the same figure means no swap on top.
            Memory = resources.MemoryLimit is null && resources.MemoryReservation is null
                ? null
                : new(resources.MemoryLimit, resources.MemoryReservation, input.Node.SwapAccounting ? resources.MemoryLimit : null),
            Cpu = resources.CpuLimitMillicores is { } limit
                ? new(Shares(resources), (long)PeriodMicroseconds * limit / 1000, PeriodMicroseconds)
                : new(Shares(resources), null, null),
            Pids = resources.PidsLimit is { } pids ? new(pids) : null,
        };

        void Require(string controller, string path, bool wanted)
        {
            if (wanted && !input.Node.Controllers.Contains(controller))
                problems.Add(new(path, $"this node has no cgroup controller '{controller}'"));
        }
    }

    // Always written, and in the unit of v1, which runc converts for v2: there a group that says nothing weighs more than one of 1024
    // shares, so that a container without a reservation would come before those that have one.
    private static ulong Shares(Warren.Containers.ResourceSpec resources)
    {
        if (resources.CpuShares is { } shares) return (ulong)shares;
        if (resources.CpuReservationMillicores is not { } millicores) return SharesOfCore;
        return Math.Clamp((ulong)millicores * SharesOfCore / 1000, FewestShares, MostShares);
    }
}
