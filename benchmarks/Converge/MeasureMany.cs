using System.Diagnostics;
using System.Globalization;
using Warren.Benchmarks.Metrics;
using Warren.Containers;
using Warren.Harness.Clusters;
using Warren.Services;

namespace Warren.Benchmarks.Converge;

/// <summary>Two hundred services on one node, and what manager and worker take with them at rest.</summary>
internal static class MeasureMany
{
    private const int Count = 200, Callers = 16;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3), s_settle = TimeSpan.FromSeconds(15), s_rest = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(Report report, CancellationToken cancellation)
    {
        await using var cluster = new RealCluster();
        await cluster.StartAsync(workers: 1);
        var names = Enumerable.Range(0, Count).Select(i => new ServiceName("s" + i.ToString(CultureInfo.InvariantCulture))).ToArray();
        var started = Stopwatch.GetTimestamp();
        await EachAsync(async name =>
        {
            var spec = TestSpecs.Sleeper(name.Value);
            await cluster.Client.Service(name).ApplyAsync(spec with { Container = spec.Container with { Network = new() { Mode = NetworkMode.Bridge } } });
        });
        foreach (var name in names) await cluster.Client.UntilRunningAsync(name, 1, s_limit);
        report.Add("converge.services_200", Stopwatch.GetElapsedTime(started).TotalSeconds, "s");

        await Task.Delay(s_settle, cancellation);
        int[] processes = [cluster.ManagerProcess, cluster.Nodes[0].AgentProcess];
        var before = processes.Select(ProcessFigures.ProcessorTime).ToArray();
        await Task.Delay(s_rest, cancellation);
        var used = processes.Select(ProcessFigures.ProcessorTime).Zip(before, (after, earlier) => (after - earlier).TotalSeconds).ToArray();
        report.AddContext("converge.rest_cpu_manager", 100 * used[0] / s_rest.TotalSeconds, "%");
        report.AddContext("converge.rest_cpu_worker", 100 * used[1] / s_rest.TotalSeconds, "%");
        report.AddContext("converge.rest_rss_manager", ProcessFigures.ResidentMegabytes(processes[0]), "MB");
        report.AddContext("converge.rest_rss_worker", ProcessFigures.ResidentMegabytes(processes[1]), "MB");
        report.Add("converge.rest_rss", processes.Sum(ProcessFigures.ResidentMegabytes), "MB");
        report.Add("converge.rest_cpu", 100 * used.Sum() / s_rest.TotalSeconds, "%");

        await EachAsync(name => cluster.Client.Service(name).RemoveAsync());
        foreach (var name in names) await cluster.Client.UntilGoneAsync(name);

        Task EachAsync(Func<ServiceName, Task> work) => Parallel.ForEachAsync(
            names,
            new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellation },
            async (name, _) => await work(name));
    }
}
