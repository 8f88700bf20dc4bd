using Warren.Benchmarks.Metrics;

namespace Warren.Benchmarks.Scale;

/// <summary>
/// How far one manager goes: many services on many nodes, whose agents are real but run containers of the fake runtime, all on one machine.
/// </summary>
internal sealed class ScaleBench(Report report, CancellationToken cancellation)
{
    private static readonly string[] s_parts = ["scale", "scale1k"];

    public static IReadOnlyList<Aim> Aims { get; } =
    [
        Aim.AtLeast("scale.tasks_per_s", 500),
        Aim.AtMost("scale.create_p99", 50),
        Aim.AtMost("scale.manager_rss", 256),
        Aim.AtMost("scale.rest_cpu", 2),
        Aim.AtMost("scale.rest_writes", 1),
        Aim.Never("scale.not_running"),
        Aim.Never("scale1k.not_running"),
    ];

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] parts)
    {
        if (parts.Except(s_parts).ToArray() is [var unknown, ..])
        {
            await Console.Error.WriteLineAsync($"bench: scale has no part '{unknown}'. It has: {string.Join(' ', s_parts)}");
            return 2;
        }

        var chosen = parts.Length == 0 ? s_parts : parts;
        if (chosen.Contains("scale")) await MeasureScale.RunAsync(report, new("scale", Nodes: 100, Services: 1_000, Replicas: 10), cancellation);
        if (chosen.Contains("scale1k")) await MeasureScale.RunAsync(report, new("scale1k", Nodes: 1_000, Services: 1_000, Replicas: 10), cancellation);
        return report.Summarise() ? 0 : 1;
    }
}
