using Warren.Agent.Runtime;
using Warren.Tasks;
using Warren.Usage;

namespace Warren.Agent.Stats;

/// <summary>What was used between two readings. No I/O. Spans are those of a clock that is never set; a counter that went back, or was not there before, has no rate.</summary>
internal static class StatsRates
{
    /// <summary>The use at the later reading.</summary>
    /// <param name="before">The earlier one; null: there is none.</param>
    /// <param name="now">The later one.</param>
    public static NodeUse Between(StatsReading? before, StatsReading now) => new()
    {
        At = now.At,
        Cores = before is null ? null : Share(before.Node.Busy, now.Node.Busy, now.Moment - before.Moment),
        CoresTotal = now.Node.Cores,
        Memory = now.Node.Memory,
        MemoryTotal = now.Node.MemoryTotal,
        Disk = now.Node.Disk,
        DiskTotal = now.Node.DiskTotal,
        Tasks = [.. now.Tasks.Select(task => Of(task.Key, before?.Tasks.GetValueOrDefault(task.Key), task.Value, now.At))],
        TasksProblem = now.TasksProblem,
    };

    private static TaskUse Of(TaskId task, TaskReading? before, TaskReading now, DateTimeOffset at)
    {
        if (now.Stats is not { } stats) return new() { Task = task, At = at, Problem = now.Problem };
        var (was, span) = (before?.Stats, before is null ? TimeSpan.Zero : now.Moment - before.Moment);
        return new()
        {
            Task = task,
            At = stats.At,
            Cores = Share(was?.CpuTime, stats.CpuTime, span),
            CoresThrottled = Share(was?.CpuThrottled, stats.CpuThrottled, span),
            Memory = stats.Memory,
            MemoryLimit = stats.MemoryLimit,
            Pids = stats.Pids,
            PidsLimit = stats.PidsLimit,
            NetworkReceived = Count(was, stats, span, one => one.NetworkReceived),
            NetworkSent = Count(was, stats, span, one => one.NetworkSent),
            BlockRead = Count(was, stats, span, one => one.BlockRead),
            BlockWritten = Count(was, stats, span, one => one.BlockWritten),
        };
    }

    private static double? Share(TimeSpan? before, TimeSpan now, TimeSpan span) =>
        before is { } was && now >= was && span > TimeSpan.Zero ? (now - was) / span : null;

    private static CountedBytes? Count(ContainerStats? before, ContainerStats now, TimeSpan span, Func<ContainerStats, long?> of)
    {
        if (of(now) is not { } total) return null;
        var isKnown = before is not null && of(before) <= total && span > TimeSpan.Zero;
        return new() { Total = total, Rate = isKnown ? (total - of(before!)!.Value) / span.TotalSeconds : null };
    }
}
