using Google.Protobuf.WellKnownTypes;
using Warren.Services;
using Warren.Silo.Api.Stats;
using Warren.Usage;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>Use of nodes and tasks, as callers see it. No I/O.</summary>
internal static class StatsMap
{
    /// <summary>What was found of all nodes.</summary>
    /// <param name="at">When.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="service">The service whose tasks are wanted; null: all.</param>
    /// <param name="withTasks">Whether tasks are wanted at all.</param>
    public static Proto.Stats Write(DateTimeOffset at, IEnumerable<NodeFinding> nodes, ServiceName? service, bool withTasks)
    {
        var stats = new Proto.Stats { At = at.ToTimestamp() };
        foreach (var node in nodes.OrderBy(node => node.Node.Value, StringComparer.Ordinal))
        {
            stats.Nodes.Add(Write(node));
            if (withTasks) stats.Tasks.AddRange(Tasks(node).Where(task => service is null || task.Service == service.Value.Value));
        }

        var tasks = stats.Tasks.OrderBy(task => Warren.Tasks.TaskId.Parse(task.Task)).ToList();
        stats.Tasks.Clear();
        stats.Tasks.Add(tasks);
        stats.Services.Add(tasks.GroupBy(task => task.Service).Select(Sum));
        return stats;
    }

    private static Proto.NodeStats Write(NodeFinding from)
    {
        var node = new Proto.NodeStats { Node = from.Node.Value, Name = from.Name, Notice = from.Notice };
        if (from.Use is not { } use) return node;
        node.At = use.At.ToTimestamp();
        if (use.Cores is { } cores) node.CpuCores = Rounded(cores);
        (node.CpuCoresTotal, node.Memory, node.MemoryTotal, node.Disk, node.DiskTotal) = (use.CoresTotal, use.Memory, use.MemoryTotal, use.Disk, use.DiskTotal);
        return node;
    }

    private static IEnumerable<Proto.TaskStats> Tasks(NodeFinding node) => node switch
    {
        { Use: { TasksProblem: null } use } => use.Tasks.Select(task => Write(node, task)),
        _ => node.Expected.Select(task => new Proto.TaskStats
        {
            Task = task.ToString(),
            Service = task.Service.Value,
            Node = node.Node.Value,
            NodeName = node.Name,
            Notice = node.Use?.TasksProblem ?? node.Notice,
        }),
    };

    private static Proto.TaskStats Write(NodeFinding node, TaskUse from)
    {
        var task = new Proto.TaskStats
        {
            Task = from.Task.ToString(),
            Service = from.Task.Service.Value,
            Node = node.Node.Value,
            NodeName = node.Name,
            At = from.At.ToTimestamp(),
            Notice = from.Problem ?? "",
            Memory = from.Memory,
            Pids = from.Pids,
            NetworkReceived = Write(from.NetworkReceived),
            NetworkSent = Write(from.NetworkSent),
            BlockRead = Write(from.BlockRead),
            BlockWritten = Write(from.BlockWritten),
        };
        if (from.Cores is { } cores) task.CpuCores = Rounded(cores);
        if (from.CoresThrottled is { } throttled) task.CpuCoresThrottled = Rounded(throttled);
        if (from.MemoryLimit is { } memory) task.MemoryLimit = memory;
        if (from.PidsLimit is { } pids) task.PidsLimit = pids;
        return task;
    }

    private static Proto.CountedBytes? Write(CountedBytes? from)
    {
        if (from is null) return null;
        var counted = new Proto.CountedBytes { Total = from.Total };
        if (from.Rate is { } rate) counted.Rate = Math.Round(rate);
        return counted;
    }

    private static Proto.ServiceStats Sum(IGrouping<string, Proto.TaskStats> tasks)
    {
        var measured = tasks.Where(task => task.Notice.Length == 0).ToArray();
        var service = new Proto.ServiceStats
        {
            Service = tasks.Key,
            Tasks = tasks.Count(),
            Measured = measured.Length,
            Memory = measured.Sum(task => task.Memory),
            Pids = measured.Sum(task => task.Pids),
            NetworkReceived = Sum(measured.Select(task => task.NetworkReceived)),
            NetworkSent = Sum(measured.Select(task => task.NetworkSent)),
            BlockRead = Sum(measured.Select(task => task.BlockRead)),
            BlockWritten = Sum(measured.Select(task => task.BlockWritten)),
        };
        if (measured.Any(task => task.HasCpuCores)) service.CpuCores = Rounded(measured.Sum(task => task.CpuCores));
        return service;
    }

    private static Proto.CountedBytes? Sum(IEnumerable<Proto.CountedBytes?> counted)
    {
        var known = counted.OfType<Proto.CountedBytes>().ToArray();
        if (known.Length == 0) return null;
        var sum = new Proto.CountedBytes { Total = known.Sum(one => one.Total) };
        if (known.Any(one => one.HasRate)) sum.Rate = known.Sum(one => one.Rate);
        return sum;
    }

    private static double Rounded(double cores) => Math.Round(cores, 4);
}
