using System.Globalization;
using Warren.Cli.Output;
using Warren.V1;

namespace Warren.Cli.Top;

/// <summary>Use as tables. What is not known is a dash.</summary>
internal static class TopTables
{
    private const string Unknown = "-";

    /// <summary>Services in order.</summary>
    public static List<ServiceStats> Ordered(IEnumerable<ServiceStats> services, TopOrder order) =>
        Ordered(services, order, service => service.HasCpuCores ? service.CpuCores : -1, service => service.Measured > 0 ? service.Memory : -1, service => service.Service);

    /// <summary>Tasks in order.</summary>
    public static List<TaskStats> Ordered(IEnumerable<TaskStats> tasks, TopOrder order) =>
        Ordered(tasks, order, task => task.HasCpuCores ? task.CpuCores : -1, task => task.Notice.Length == 0 ? task.Memory : -1, task => task.Task);

    /// <summary>Nodes in order.</summary>
    public static List<NodeStats> Ordered(IEnumerable<NodeStats> nodes, TopOrder order) =>
        Ordered(nodes, order, node => node.HasCpuCores ? node.CpuCores : -1, node => node.Notice.Length == 0 ? node.Memory : -1, node => node.Name);

    /// <summary>A table of services.</summary>
    public static Table Of(IEnumerable<ServiceStats> services)
    {
        var table = new Table("SERVICE*", "TASKS", "CPU", "MEMORY", "PIDS", "NET IN/OUT", "DISK R/W");
        foreach (var service in services)
        {
            var isKnown = service.Measured > 0;
            table.Add(
                service.Service, service.Measured == service.Tasks ? Text.Number(service.Tasks) : $"{Text.Number(service.Measured)} of {Text.Number(service.Tasks)}",
                service.HasCpuCores ? Cores(service.CpuCores) : Unknown, isKnown ? Text.ShortBytes(service.Memory) : Unknown, isKnown ? Text.Number(service.Pids) : Unknown,
                Rates(service.NetworkReceived, service.NetworkSent), Rates(service.BlockRead, service.BlockWritten));
        }

        return table;
    }

    /// <summary>A table of tasks.</summary>
    public static Table Of(IReadOnlyCollection<TaskStats> tasks)
    {
        var hasNotices = tasks.Any(task => task.Notice.Length > 0);
        string[] titles = ["TASK*", "NODE*", "CPU", "MEMORY", "PIDS", "NET IN/OUT", "DISK R/W"];
        var table = new Table(hasNotices ? [.. titles, "NOTICE*"] : titles);
        foreach (var task in tasks)
        {
            var isKnown = task.Notice.Length == 0;
            string[] cells =
            [
                task.Task, task.NodeName.Length > 0 ? task.NodeName : task.Node, task.HasCpuCores ? Cores(task.CpuCores) : Unknown,
                isKnown ? Text.ShortBytes(task.Memory) + (task.HasMemoryLimit ? "/" + Text.ShortBytes(task.MemoryLimit) : "") : Unknown,
                isKnown ? Text.Number(task.Pids) : Unknown, Rates(task.NetworkReceived, task.NetworkSent), Rates(task.BlockRead, task.BlockWritten),
            ];
            table.Add(hasNotices ? [.. cells, task.Notice] : cells);
        }

        return table;
    }

    /// <summary>A table of nodes.</summary>
    public static Table Of(IReadOnlyCollection<NodeStats> nodes)
    {
        var hasNotices = nodes.Any(node => node.Notice.Length > 0);
        string[] titles = ["ID", "NAME*", "CPU", "MEMORY", "DISK"];
        var table = new Table(hasNotices ? [.. titles, "NOTICE*"] : titles);
        foreach (var node in nodes)
        {
            var isKnown = node.Notice.Length == 0;
            string[] cells =
            [
                node.Node, node.Name, isKnown ? $"{(node.HasCpuCores ? Cores(node.CpuCores) : Unknown)}/{Text.Number(node.CpuCoresTotal)}" : Unknown,
                isKnown ? $"{Text.ShortBytes(node.Memory)}/{Text.ShortBytes(node.MemoryTotal)}" : Unknown,
                isKnown ? $"{Text.ShortBytes(node.Disk)}/{Text.ShortBytes(node.DiskTotal)}" : Unknown,
            ];
            table.Add(hasNotices ? [.. cells, node.Notice] : cells);
        }

        return table;
    }

    private static List<T> Ordered<T>(IEnumerable<T> items, TopOrder order, Func<T, double> cpu, Func<T, long> memory, Func<T, string> name) =>
    [
        .. order switch
        {
            TopOrder.Cpu => items.OrderByDescending(cpu).ThenBy(name, StringComparer.Ordinal),
            TopOrder.Memory => items.OrderByDescending(memory).ThenBy(name, StringComparer.Ordinal),
            _ => items.OrderBy(name, StringComparer.Ordinal),
        },
    ];

    private static string Cores(double cores) => cores.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Rates(CountedBytes? one, CountedBytes? other) =>
        one is null && other is null ? Unknown : $"{Rate(one)}/{Rate(other)}";

    private static string Rate(CountedBytes? counted) => counted is { HasRate: true } ? Text.ShortBytes(counted.Rate) : Unknown;
}
