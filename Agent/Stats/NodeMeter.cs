using System.Globalization;
using Warren.Agent.Managers;
using Warren.Agent.Runtime.Cgroups;

namespace Warren.Agent.Stats;

/// <summary>Reads the accounts of this machine, by the kernel's own files (proc(5)).</summary>
/// <param name="dataFolder">The agent's data folder.</param>
/// <param name="cgroups">The control groups; null: there are none, as where containers are only played.</param>
internal sealed class NodeMeter(string dataFolder, CgroupTree? cgroups)
{
    // USER_HZ, which is the same on every machine that .NET runs on.
    private const int TicksPerSecond = 100;

    // user nice system idle iowait irq softirq steal guest guest_nice; guests are in user already.
    private static readonly int[] s_busyFields = [0, 1, 2, 5, 6, 7];

    /// <summary>Reads them.</summary>
    public NodeReading Read()
    {
        var (memory, total) = Memory(File.ReadAllLines("/proc/meminfo"));

        // A machine that is itself a container has less than its kernel says.
        if (cgroups?.ReadUse("") is { MemoryLimit: { } limit } own && limit < total)
            (memory, total) = (Math.Max(own.MemoryWithCache - own.InactiveFileCache, 0), limit);
        var disk = new DriveInfo(dataFolder);
        return new(Busy(File.ReadLines("/proc/stat").First()), Environment.ProcessorCount, memory, total, disk.TotalSize - disk.TotalFreeSpace, disk.TotalSize);
    }

    /// <summary>Time that all processors have worked.</summary>
    /// <param name="line">The first line of <c>/proc/stat</c>.</param>
    internal static TimeSpan Busy(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return TimeSpan.FromSeconds(s_busyFields.Where(field => field < fields.Length).Sum(field => fields[field]) / (double)TicksPerSecond);
    }

    /// <summary>Memory in use, and all of it, in bytes.</summary>
    /// <param name="lines"><c>/proc/meminfo</c>.</param>
    internal static (long Used, long Total) Memory(IReadOnlyList<string> lines)
    {
        var total = NodeDescriptionReader.Memory(lines, "MemTotal:");
        return (total - NodeDescriptionReader.Memory(lines, "MemAvailable:"), total);
    }
}
