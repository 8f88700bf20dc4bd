using System.Diagnostics;
using System.Globalization;
using Warren.Benchmarks.Containers;
using Warren.Benchmarks.Metrics;
using Warren.Containers;
using Warren.Harness;
using Warren.Harness.Clusters;
using Warren.Services;
using Warren.TestSupport.Containers;

namespace Warren.Benchmarks.Converge;

/// <summary>Ten replicas, and one, on one node; next to containerd's own client and to the agent alone, alternating in one run.</summary>
internal static class MeasureTen
{
    private const int Rounds = 7, Replicas = 10, Width = 2;

    private static readonly ServiceName s_name = new("web");

    /// <param name="report">Gets the figures.</param>
    /// <param name="folder">Where what is compared with lies.</param>
    public static async Task RunAsync(Report report, string folder)
    {
        await using var cluster = new RealCluster();
        await cluster.StartAsync(workers: 1);
        await using var beside = await Beside.StartAsync(folder);
        var (host, bridge, removal, client, one, alone) =
            (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        // The first round finds cold caches and is not counted.
        for (var round = 0; round < Rounds + 1; round++)
        {
            var names = Enumerable.Range(0, Replicas).Select(i => string.Create(CultureInfo.InvariantCulture, $"r{round}-{i}")).ToArray();
            await MeasureClientAsync();
            host.Add(await CreateAsync(Replicas, NetworkMode.Host));
            removal.Add(await RemoveAsync());
            bridge.Add(await CreateAsync(Replicas, NetworkMode.Bridge));
            await RemoveAsync();
            one.Add(await CreateAsync(1, NetworkMode.Host));
            await RemoveAsync();
            alone.Add(await TimeAsync(() => beside.Agent.StartContainerAsync("one", NetworkMode.Host)));
            await beside.Agent.RemoveContainerAsync("one");

            async Task MeasureClientAsync()
            {
                client.Add(await TimeAsync(() => Parallel.ForEachAsync(
                    names,
                    new ParallelOptions { MaxDegreeOfParallelism = Width },
                    async (name, _) => await beside.RunClientAsync(name))));
                foreach (var name in names) await beside.RemoveClientAsync(name);
            }
        }

        report.AddContext("converge.ctr_10", Median(client), "s");
        report.Add("converge.host_10", Median(host), "s");
        report.Add("converge.ratio_10", Median(host) / Median(client), "x");
        report.Add("converge.bridge_10", Median(bridge), "s");
        report.Add("converge.remove_10", Median(removal), "s");
        report.AddContext("converge.one", Median(one) * 1000, "ms");
        report.AddContext("converge.agent_alone", Median(alone) * 1000, "ms");
        report.Add("converge.added_p50", (Median(one) - Median(alone)) * 1000, "ms");

        Task<double> CreateAsync(int replicas, NetworkMode network) => TimeAsync(async () =>
        {
            await cluster.Client.Service(s_name).ApplyAsync(Spec(replicas, network));
            await cluster.Client.UntilRunningAsync(s_name, replicas);
        });

        Task<double> RemoveAsync() => TimeAsync(async () =>
        {
            await cluster.Client.Service(s_name).RemoveAsync();
            await cluster.Client.UntilGoneAsync(s_name);
        });
    }

    private static ServiceSpec Spec(int replicas, NetworkMode network)
    {
        var spec = TestSpecs.Sleeper(s_name.Value, replicas);
        return spec with { Container = spec.Container with { Network = new() { Mode = network } } };
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double Median(List<double> values) => Statistics.Median(values[1..]);

    /// <summary>Other containerds of the same kind, for what is compared with: an agent looks after all of the one that it has.</summary>
    private sealed class Beside(PrivateContainerd ofClient, PrivateContainerd ofAgent, BenchAgent agent) : IAsyncDisposable
    {
        public BenchAgent Agent => agent;

        public static async Task<Beside> StartAsync(string folder)
        {
            var (ofClient, ofAgent) = (await PrivateContainerd.StartNewAsync(), await PrivateContainerd.StartNewAsync());
            foreach (var containerd in new[] { ofClient, ofAgent }) await TestImage.Busybox(TestSpecs.Image).ImportIntoAsync(containerd);
            return new(ofClient, ofAgent, await BenchAgent.StartAsync(folder, ofAgent.Socket, ofAgent.Namespace, TestSpecs.Image));
        }

        public Task RunClientAsync(string name) =>
            ofClient.CtrAsync("run", "--detach", "--net-host", TestSpecs.Image, name, "/bin/sleep", "100000");

        public async Task RemoveClientAsync(string name)
        {
            await ofClient.CtrAsync("tasks", "delete", "--force", name);
            await ofClient.CtrAsync("containers", "delete", name);
        }

        public async ValueTask DisposeAsync()
        {
            await agent.DisposeAsync();
            await ofClient.DisposeAsync();
            await ofAgent.DisposeAsync();
        }
    }
}
