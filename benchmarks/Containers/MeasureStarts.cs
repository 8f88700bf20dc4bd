using System.Diagnostics;
using System.Globalization;
using Warren.Benchmarks.Metrics;
using Warren.Containers;
using Warren.Harness;
using Warren.TestSupport.Containers;
using Warren.TestSupport.Processes;

namespace Warren.Benchmarks.Containers;

/// <summary>How long a start takes, and how many are made a second, next to <c>ctr run -d</c> of the same image in the same run.</summary>
internal static class MeasureStarts
{
    private const int Rounds = 21, Batch = 16, Batches = 3;

    /// <summary>One at a time, alternating.</summary>
    public static async Task RunAsync(Report report, string folder)
    {
        await using var trial = await Trial.StartAsync(folder);
        var (client, bridge, none) = (new List<double>(), new List<double>(), new List<double>());
        // The first of each finds cold caches and is not counted.
        for (var round = 0; round < Rounds + 1; round++)
        {
            var number = round.ToString(CultureInfo.InvariantCulture);
            await TimeAsync(client, () => trial.RunClientAsync("ctr-" + number));
            await TimeAsync(bridge, () => trial.Agent.StartContainerAsync("bridge-" + number, NetworkMode.Bridge));
            await TimeAsync(none, () => trial.Agent.StartContainerAsync("none-" + number, NetworkMode.None));
            await trial.RemoveClientsAsync(["ctr-" + number]);
            await trial.Agent.RemoveContainerAsync("bridge-" + number);
            await trial.Agent.RemoveContainerAsync("none-" + number);
        }

        var (ofClient, ofBridge, ofNone) = (Median(client), Median(bridge), Median(none));
        report.AddContext("containers.ctr_start", ofClient, "ms");
        report.AddContext("containers.start_bridge", ofBridge, "ms");
        report.AddContext("containers.start_none", ofNone, "ms");
        report.AddContext("containers.start_none_ratio", ofNone / ofClient, "x");
        report.Add("containers.start_ratio", ofBridge / ofClient, "x");
    }

    /// <summary>Two and eight at a time.</summary>
    public static async Task RunParallelAsync(Report report, string folder)
    {
        await using var trial = await Trial.StartAsync(folder);
        foreach (var width in new[] { 2, 8 })
        {
            var (client, agent) = (new List<double>(), new List<double>());
            for (var batch = 0; batch < Batches + 1; batch++)
            {
                var names = Enumerable.Range(0, Batch).Select(i => string.Create(CultureInfo.InvariantCulture, $"p{width}-{batch}-{i}")).ToArray();
                var ofClient = await RateAsync(names.Select(name => "ctr-" + name), width, trial.RunClientAsync);
                await trial.RemoveClientsAsync(names.Select(name => "ctr-" + name));
                var ofAgent = await RateAsync(names, width, name => trial.Agent.StartContainerAsync(name, NetworkMode.Bridge));
                foreach (var name in names) await trial.Agent.RemoveContainerAsync(name);
                if (batch == 0) continue;
                client.Add(ofClient);
                agent.Add(ofAgent);
            }

            var suffix = width.ToString(CultureInfo.InvariantCulture);
            report.AddContext($"containers.ctr_parallel{suffix}", Statistics.Median(client), "containers/s");
            report.AddContext($"containers.parallel{suffix}", Statistics.Median(agent), "containers/s");
            report.Add($"containers.parallel{suffix}_ratio", Statistics.Median(agent) / Statistics.Median(client), "x");
        }
    }

    private static double Median(List<double> times) => Statistics.Median([.. times.Skip(1)]);

    private static async Task TimeAsync(List<double> times, Func<Task> start)
    {
        var begun = Stopwatch.GetTimestamp();
        await start();
        times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
    }

    private static async Task<double> RateAsync(IEnumerable<string> names, int width, Func<string, Task> start)
    {
        var begun = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = width }, async (name, _) => await start(name));
        return Batch / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    /// <summary>A private containerd with an image, its own client, and an agent.</summary>
    private sealed class Trial(PrivateContainerd containerd, TestImage image, BenchAgent agent) : IAsyncDisposable
    {
        public BenchAgent Agent => agent;

        public static async Task<Trial> StartAsync(string folder)
        {
            var containerd = await PrivateContainerd.StartNewAsync();
            var image = TestImage.Busybox();
            await image.ImportIntoAsync(containerd);
            var archive = Path.Combine(folder, "image.tar");
            await image.WriteArchiveAsync(archive);
            await ClientAsync(containerd, "images", "import", archive);
            return new(containerd, image, await BenchAgent.StartAsync(folder, containerd.Socket, containerd.Namespace, image.Name));
        }

        public Task RunClientAsync(string name) => ClientAsync(containerd, "run", "--detach", image.Name, name, "/bin/sleep", "100000");

        public async Task RemoveClientsAsync(IEnumerable<string> names)
        {
            foreach (var name in names)
            {
                await ClientAsync(containerd, "tasks", "kill", "--signal", "KILL", name);
                await ClientAsync(containerd, "tasks", "delete", "--force", name);
                await ClientAsync(containerd, "containers", "delete", name);
            }
        }

        // In a namespace of its own, so that the agent does not care for these containers.
        private static Task ClientAsync(PrivateContainerd containerd, params string[] arguments) =>
            Tool.RunAsync("ctr", ["--address", containerd.Socket, "--namespace", ClientNamespace(containerd), .. arguments]);

        private static string ClientNamespace(PrivateContainerd containerd) => containerd.Namespace + "-ctr";

        public async ValueTask DisposeAsync()
        {
            await agent.DisposeAsync();
            await containerd.DisposeAsync();
            // Those of the containers are gone; containerd leaves the one above them.
            foreach (var root in Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup"))
            {
                var group = Path.Combine(root, ClientNamespace(containerd));
                if (Directory.Exists(group)) Directory.Delete(group);
            }
        }
    }
}
