using System.Diagnostics;
using System.Globalization;
using Warren.Benchmarks.Metrics;
using Warren.Harness;
using Warren.Harness.Clusters;

namespace Warren.Benchmarks.Autonomy;

/// <summary>A machine with a token and nothing else: how soon its node is ready.</summary>
internal static class MeasureJoin
{
    private const int Nodes = 7;

    public static async Task RunAsync(Report report, CancellationToken cancellation)
    {
        await using var founded = new FoundedCluster();
        await founded.StartAsync();
        var token = await founded.Cluster.CreateTokenAsync(new() { Role = Warren.Nodes.NodeRole.Worker });
        var times = new List<double>();
        for (var i = 0; i < Nodes; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var name = string.Create(CultureInfo.InvariantCulture, $"n{i}");
            var started = Stopwatch.GetTimestamp();
            await using var worker = founded.StartWorker(name, token);
            await founded.Client.UntilReadyAsync(new(name));
            times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        report.AddContext("trust.join_max", times.Max(), "s");
        report.Add("trust.join_s", Statistics.Median(times), "s");
    }
}
