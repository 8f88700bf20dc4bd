using Warren.Benchmarks.Metrics;
using Warren.Containers;
using Warren.Harness.Clusters;
using Warren.Services;

namespace Warren.Benchmarks.Containers;

/// <summary>What a worker with 50 running containers takes when nothing happens for a minute.</summary>
internal static class MeasureIdle
{
    private const int Count = 50;

    private static readonly ServiceName s_name = new("idle");

    private static readonly TimeSpan s_startLimit = TimeSpan.FromMinutes(3), s_settle = TimeSpan.FromSeconds(10), s_idle = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(Report report, CancellationToken cancellation)
    {
        await using var cluster = new RealCluster();
        await cluster.StartAsync(workers: 1);
        var spec = TestSpecs.Sleeper(s_name.Value, Count);
        await cluster.Client.Service(s_name).ApplyAsync(spec with { Container = spec.Container with { Network = new() { Mode = NetworkMode.Bridge } } });
        await cluster.Client.UntilRunningAsync(s_name, Count, s_startLimit);
        await Task.Delay(s_settle, cancellation);
        var worker = cluster.Nodes[0].AgentProcess;
        var before = ProcessFigures.ProcessorTime(worker);
        await Task.Delay(s_idle, cancellation);
        var used = ProcessFigures.ProcessorTime(worker) - before;
        report.Add("containers.idle_rss", ProcessFigures.ResidentMegabytes(worker), "MB");
        report.AddContext("containers.idle_rss_without_files", ProcessFigures.AnonymousMegabytes(worker), "MB");
        report.Add("containers.idle_cpu", 100 * used.TotalSeconds / s_idle.TotalSeconds, "%");
        await cluster.Client.Service(s_name).RemoveAsync();
        await cluster.Client.UntilGoneAsync(s_name);
    }
}
