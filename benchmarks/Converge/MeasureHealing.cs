using System.Diagnostics;
using System.Globalization;
using Warren.Benchmarks.Metrics;
using Warren.Harness;
using Warren.Harness.Clusters;
using Warren.Services;
using Warren.TestSupport.Processes;

namespace Warren.Benchmarks.Converge;

/// <summary>From the death of a process, and of a machine, to the last replacement that runs.</summary>
internal static class MeasureHealing
{
    private const int Kills = 9, Replicas = 3;

    private static readonly ServiceName s_name = new("web");

    public static async Task RunAsync(Report report, CancellationToken cancellation)
    {
        await using var cluster = new RealCluster();
        await cluster.StartAsync(workers: 2);
        var client = cluster.Client;
        await client.Service(s_name).ApplyAsync(TestSpecs.Sleeper(s_name.Value, Replicas) with
        {
            // Each kill is to be replaced at once, as the first one of a healthy service is.
            Restart = RestartSpec.Default with { Backoff = TimeSpan.Zero },
        });
        await client.UntilRunningAsync(s_name, Replicas);
        var times = new List<double>();
        for (var kill = 0; kill < Kills + 1; kill++)
        {
            cancellation.ThrowIfCancellationRequested();
            var node = cluster.Nodes[kill % cluster.Nodes.Count];
            var (victim, process) = (await node.ProcessesAsync()).First();
            var started = Stopwatch.GetTimestamp();
            await Tool.RunAsync("kill", "-KILL", process.ToString(CultureInfo.InvariantCulture));
            await client.UntilAsync(
                s_name,
                status => ClusterClient.Running(status).Count() == Replicas && ClusterClient.Running(status).All(task => task.Id != victim),
                "the replacement runs");
            times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        report.AddContext("heal.container_max", times[1..].Max(), "s");
        report.Add("heal.container", Statistics.Median(times[1..]), "s");

        var (lost, kept) = (cluster.Nodes[0], cluster.Nodes[1]);
        var cut = Stopwatch.GetTimestamp();
        await lost.CutPowerAsync();
        await client.UntilAsync(
            s_name, status => ClusterClient.Running(status).Count(task => task.Node == kept.Id) == Replicas, "all run on the other node");
        report.Add("heal.node", Stopwatch.GetElapsedTime(cut).TotalSeconds, "s");
        await client.Service(s_name).RemoveAsync();
    }
}
