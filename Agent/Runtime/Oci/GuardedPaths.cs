using System.Collections.Immutable;

namespace Warren.Agent.Runtime.Oci;

/// <summary>The paths of the kernel's file systems that containers may not read, or not write, by default: Docker's lists (release 28).</summary>
internal static class GuardedPaths
{
    private static readonly ImmutableArray<string> s_masked =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug",
        "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware",
    ];

    public static ImmutableArray<string> ReadOnly { get; } = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    public static ImmutableArray<string> Masked(NodeFacts node) => s_masked.AddRange(node.ThermalFolders);
}
