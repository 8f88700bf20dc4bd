using Warren.Benchmarks.Containers;
using Warren.Benchmarks.Metrics;

namespace Warren.Benchmarks.Converge;

/// <summary>
/// How long an operator waits for real containers, from the call to the last task that runs; a manager and workers as they are delivered. Docker
/// Swarm's figures on such a machine stand in docs/benchmarks.md.
/// </summary>
internal sealed class ConvergeBench(Report report, CancellationToken cancellation)
{
    private static readonly string[] s_parts = ["ten", "many", "heal"];

    public static IReadOnlyList<Aim> Aims { get; } =
    [
        Aim.AtMost("converge.host_10", 0.9),
        Aim.AtMost("converge.ratio_10", 1.3),
        Aim.AtMost("converge.bridge_10", 1.3),
        Aim.AtMost("converge.added_p50", 50),
        Aim.AtMost("converge.remove_10", 1),
        Aim.AtMost("converge.services_200", 16),
        Aim.AtMost("converge.rest_rss", 209),
        Aim.AtMost("converge.rest_cpu", 0.45),
        Aim.AtMost("heal.container", 0.6),
        Aim.AtMost("heal.node", 12),
    ];

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] parts)
    {
        if (parts.Except(s_parts).ToArray() is [var unknown, ..])
        {
            await Console.Error.WriteLineAsync($"bench: converge has no part '{unknown}'. It has: {string.Join(' ', s_parts)}");
            return 2;
        }

        var chosen = parts.Length == 0 ? s_parts : parts;
        if (chosen.Contains("ten")) await OwnNetwork.RunAsync("ten", report, cancellation);
        if (chosen.Contains("many")) await MeasureMany.RunAsync(report, cancellation);
        if (chosen.Contains("heal")) await MeasureHealing.RunAsync(report, cancellation);
        return report.Summarise() ? 0 : 1;
    }
}
