using Warren.Benchmarks.Metrics;

namespace Warren.Benchmarks.Autonomy;

/// <summary>How a node comes to a cluster, what it does without its managers, and what it costs its disk.</summary>
internal sealed class AutonomyBench(Report report, CancellationToken cancellation)
{
    private static readonly string[] s_parts = ["alone", "join", "rest"];

    public static IReadOnlyList<Aim> Aims { get; } =
    [
        Aim.AtMost("autonomy.offline_start", 5),
        Aim.AtMost("autonomy.local_restart", 2),
        Aim.AtMost("autonomy.idle_writes_per_min", 1),
        Aim.AtMost("trust.join_s", 2),
    ];

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] parts)
    {
        if (parts.Except(s_parts).ToArray() is [var unknown, ..])
        {
            await Console.Error.WriteLineAsync($"bench: autonomy has no part '{unknown}'. It has: {string.Join(' ', s_parts)}");
            return 2;
        }

        var chosen = parts.Length == 0 ? s_parts : parts;
        if (chosen.Contains("alone")) await MeasureAlone.RunAsync(report, cancellation);
        if (chosen.Contains("join")) await MeasureJoin.RunAsync(report, cancellation);
        if (chosen.Contains("rest")) await MeasureRest.RunAsync(report, cancellation);
        return report.Summarise() ? 0 : 1;
    }
}
