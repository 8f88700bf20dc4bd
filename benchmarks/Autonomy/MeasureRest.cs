using Warren.Benchmarks.Metrics;
using Warren.Harness.Clusters;
using Warren.Services;

namespace Warren.Benchmarks.Autonomy;

/// <summary>
/// What a worker writes while nothing happens to its tasks, for some minutes with a manager and some without: changes of its files, and lines of its log, each
/// of which is a write of the machine's journal.
/// </summary>
internal static class MeasureRest
{
    private static readonly ServiceName s_name = new("edge"), s_other = new("other");
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(20), s_rest = TimeSpan.FromMinutes(3);

    public static async Task RunAsync(Report report, CancellationToken cancellation)
    {
        await using var cluster = new RealCluster();
        await cluster.StartAsync(workers: 1);
        var node = cluster.Nodes[0];
        await cluster.Client.Service(s_name).ApplyAsync(TestSpecs.OnEachNode(s_name.Value));
        await cluster.Client.UntilRunningAsync(s_name, 1);
        var with = await CountAsync(node, s_rest, cancellation);

        // What there is to count is counted: a task that comes is written down.
        var coming = CountAsync(node, s_settle, cancellation);
        await Task.Delay(s_settle * 1.5, cancellation);
        await cluster.Client.Service(s_other).ApplyAsync(TestSpecs.OnEachNode(s_other.Value));
        if (await coming == 0) throw new InvalidOperationException("a task came, and no write of it was counted");
        await cluster.KillManagerAsync();
        var without = await CountAsync(node, s_rest, cancellation);
        report.AddContext("autonomy.idle_writes_with_manager", with, "1/min");
        report.AddContext("autonomy.idle_writes_alone", without, "1/min");
        report.Add("autonomy.idle_writes_per_min", Math.Max(with, without), "1/min");
    }

    private static async Task<double> CountAsync(RealWorker node, TimeSpan time, CancellationToken cancellation)
    {
        await Task.Delay(s_settle, cancellation);
        var (changes, lines) = (0, node.Lines);
        using var watcher = new FileSystemWatcher(node.Machine.PathOf("data"))
        {
            IncludeSubdirectories = true,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.CreationTime,
        };
        FileSystemEventHandler count = (_, _) => Interlocked.Increment(ref changes);
        watcher.Changed += count;
        watcher.Created += count;
        watcher.Deleted += count;
        watcher.Renamed += (_, _) => Interlocked.Increment(ref changes);
        var lost = false;
        watcher.Error += (_, _) => lost = true;
        watcher.EnableRaisingEvents = true;
        await Task.Delay(time, cancellation);
        if (lost) throw new InvalidOperationException("changes of files came faster than they could be counted");
        return (changes + node.Lines - lines) / time.TotalMinutes;
    }
}
