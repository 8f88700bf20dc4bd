using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Network;
using Warren.Agent.Runtime;
using Warren.Benchmarks.Metrics;
using Warren.Containers;
using Warren.Harness;

namespace Warren.Benchmarks.Containers;

/// <summary>Measures in the network namespace that it is called in, which is empty. The first rounds are not counted.</summary>
internal static class NetworkCosts
{
    private const int WarmUp = 5, Rounds = 60, CniRounds = 15, Together = 8, Neighbours = 50;

    public static async Task MeasureAsync(Report report, string folder)
    {
        // An uplink, so that there is a default route and an MTU as on a real node.
        foreach (var command in (string[])
            ["link set lo up", "link add up0 type veth peer name up1", "link set up0 up", "link set up1 up", "addr add 198.51.100.1/24 dev up0",
                "route add default via 198.51.100.2"])
        {
            Run("ip", command.Split(' '));
        }

        var options = new NetworkOptions { NamespaceFolder = Path.Combine(folder, "netns"), DataFile = Path.Combine(folder, "network.db") };
        await using (var plane = new NetworkPlane(options, TimeProvider.System, NullLogger<NetworkPlane>.Instance))
        {
            await plane.StartAsync(default);
            await MeasureOneByOneAsync(report, plane, "containers.net_add", "containers.net_del", isContext: false);
            await MeasureTogetherAsync(report, plane);
            for (var i = 0; i < Neighbours; i++) await plane.AttachAsync(Request($"neighbour{i}"), default);
            await MeasureOneByOneAsync(report, plane, $"containers.net_add_beside_{Neighbours}", $"containers.net_del_beside_{Neighbours}", isContext: true);
            for (var i = 0; i < Neighbours; i++) await plane.DetachAsync(new ContainerId($"neighbour{i}"), default);
        }

        MeasureCni(report, folder);
    }

    private static async Task MeasureOneByOneAsync(Report report, NetworkPlane plane, string addName, string removeName, bool isContext)
    {
        var (adds, removes) = (new List<double>(), new List<double>());
        for (var i = 0; i < WarmUp + Rounds; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await plane.AttachAsync(Request("measured"), default);
            var added = Stopwatch.GetTimestamp();
            await plane.DetachAsync(new ContainerId("measured"), default);
            var removed = Stopwatch.GetTimestamp();
            if (i < WarmUp) continue;
            adds.Add(Stopwatch.GetElapsedTime(begun, added).TotalMilliseconds);
            removes.Add(Stopwatch.GetElapsedTime(added, removed).TotalMilliseconds);
        }

        Add(report, addName, adds, isContext);
        Add(report, removeName, removes, isContext);
    }

    /// <summary>Several at once, by the time that each of them has taken of the whole.</summary>
    private static async Task MeasureTogetherAsync(Report report, NetworkPlane plane)
    {
        var (adds, removes) = (new List<double>(), new List<double>());
        for (var i = 0; i < WarmUp + (Rounds / Together); i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Together).Select(number => plane.AttachAsync(Request($"measured{number}"), default)));
            var added = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Together).Select(number => plane.DetachAsync(new ContainerId($"measured{number}"), default)));
            if (i < WarmUp) continue;
            adds.Add(Stopwatch.GetElapsedTime(begun, added).TotalMilliseconds / Together);
            removes.Add(Stopwatch.GetElapsedTime(added).TotalMilliseconds / Together);
        }

        report.AddContext($"containers.net_add_of_{Together}", Statistics.Median(adds), "ms");
        report.AddContext($"containers.net_del_of_{Together}", Statistics.Median(removes), "ms");
    }

    private static void MeasureCni(Report report, string folder)
    {
        if (!CniPlugins.AreInstalled) return;
        var (adds, removes) = (new List<double>(), new List<double>());
        var plugins = new CniPlugins(folder);
        for (var i = 0; i < 1 + CniRounds; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            Run("ip", "netns", "add", CniPlugins.Namespace);
            plugins.Add();
            var added = Stopwatch.GetTimestamp();
            plugins.Remove();
            Run("ip", "netns", "del", CniPlugins.Namespace);
            if (i == 0) continue;
            adds.Add(Stopwatch.GetElapsedTime(begun, added).TotalMilliseconds);
            removes.Add(Stopwatch.GetElapsedTime(added).TotalMilliseconds);
        }

        report.AddContext("containers.cni_add", Statistics.Median(adds), "ms");
        report.AddContext("containers.cni_del", Statistics.Median(removes), "ms");
    }

    private static void Add(Report report, string name, List<double> values, bool isContext)
    {
        report.Add(new Metric(name, Statistics.Median(values), "ms") { IsContext = isContext });
        report.AddContext(name + "_p95", Statistics.Percentile(values, 0.95), "ms");
    }

    private static NetworkRequest Request(string id) => new(new ContainerId(id), NetworkMode.Bridge, [new PortSpec { ContainerPort = 80 }]);

    private static void Run(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {errors}");
    }
}
