using Warren.Benchmarks.Metrics;

namespace Warren.Benchmarks.Containers;

/// <summary>What running containers costs, next to containerd's own client and the machine's limits in the same run.</summary>
internal sealed class ContainersBench(Report report, CancellationToken cancellation)
{
    public static IReadOnlyList<Aim> Aims { get; } =
    [
        Aim.AtMost("containers.start_ratio", 1.1),
        Aim.AtLeast("containers.parallel2_ratio", 0.9),
        Aim.AtLeast("containers.parallel8_ratio", 0.9),
        Aim.AtMost("containers.idle_rss", 80),
        Aim.AtMost("containers.idle_cpu", 0.5),
        Aim.AtMost("containers.net_add", 10),
        Aim.AtMost("containers.net_del", 10),
    ];

    private static IReadOnlyDictionary<string, Func<Report, CancellationToken, Task>> Parts { get; } =
        new Dictionary<string, Func<Report, CancellationToken, Task>>
        {
            ["start"] = (report, cancellation) => OwnNetwork.RunAsync("start", report, cancellation),
            ["parallel"] = (report, cancellation) => OwnNetwork.RunAsync("parallel", report, cancellation),
            ["idle"] = MeasureIdle.RunAsync,
            ["logs"] = MeasureLogs.RunAsync,
            ["network"] = (report, cancellation) => OwnNetwork.RunAsync("network", report, cancellation),
        };

    /// <param name="names">The parts to run; none for all.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> names)
    {
        foreach (var name in names.Where(name => !Parts.ContainsKey(name)))
        {
            await Console.Error.WriteLineAsync($"bench: containers has no part '{name}'; it has {string.Join(", ", Parts.Keys)}");
            return 2;
        }
        foreach (var (name, run) in Parts)
        {
            if (names.Count > 0 && !names.Contains(name)) continue;
            cancellation.ThrowIfCancellationRequested();
            await run(report, cancellation);
        }
        report.Summarise();
        return 0;
    }
}
