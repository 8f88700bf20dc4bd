using System.Diagnostics;
using System.Globalization;
using Warren.Benchmarks.Metrics;
using Warren.Harness;
using Warren.Harness.Clusters;
using Warren.Services;
using Warren.Tasks;
using Warren.TestSupport.Processes;

namespace Warren.Benchmarks.Autonomy;

/// <summary>A node without a manager: how soon its tasks run after a power cut, and after a crash of one.</summary>
internal static class MeasureAlone
{
    private const int Services = 5, Cuts = 5, Crashes = 7;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(Report report, CancellationToken cancellation)
    {
        await using var cluster = new RealCluster();
        await cluster.StartAsync(workers: 1);
        var node = cluster.Nodes[0];
        for (var i = 0; i < Services; i++)
        {
            // Each end is to be answered at once, as the first one of a healthy service is.
            var spec = TestSpecs.OnEachNode(string.Create(CultureInfo.InvariantCulture, $"edge{i}")) with { Restart = RestartSpec.Default with { Backoff = TimeSpan.Zero } };
            await cluster.Client.Service(spec.Name).ApplyAsync(spec);
            await cluster.Client.UntilRunningAsync(spec.Name, 1);
        }

        await cluster.KillManagerAsync();
        var starts = new List<double>();
        for (var cut = 0; cut < Cuts; cut++)
        {
            await node.CutPowerAsync();
            await node.Machine.StartContainerdAsync();
            var started = Stopwatch.GetTimestamp();
            await node.StartAsync();
            await UntilAsync(node, running => running.Count == Services, cancellation);
            starts.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        report.AddContext("autonomy.offline_start_max", starts.Max(), "s");
        report.Add("autonomy.offline_start", Statistics.Median(starts), "s");
        var times = new List<double>();
        for (var crash = 0; crash < Crashes; crash++)
        {
            var (task, process) = (await node.ProcessesAsync()).MinBy(entry => entry.Key);
            var killed = Stopwatch.GetTimestamp();
            await Tool.RunAsync("kill", "-KILL", process.ToString(CultureInfo.InvariantCulture));
            await UntilAsync(node, running => running.TryGetValue(task, out var other) && other != process, cancellation);
            times.Add(Stopwatch.GetElapsedTime(killed).TotalSeconds);
        }

        report.AddContext("autonomy.local_restart_max", times.Max(), "s");
        report.Add("autonomy.local_restart", Statistics.Median(times), "s");
    }

    private static async Task UntilAsync(RealWorker node, Func<Dictionary<TaskId, int>, bool> isSo, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (!isSo(await node.ProcessesAsync())) await Task.Delay(s_look, limit.Token);
    }
}
