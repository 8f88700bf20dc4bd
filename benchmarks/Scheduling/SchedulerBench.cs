using Warren.Benchmarks.Metrics;
using Warren.TestSupport.Processes;

namespace Warren.Benchmarks.Scheduling;

/// <summary>What choosing nodes costs, without grains and stores: from nothing to the plan, the objects of the snapshot included.</summary>
internal sealed class SchedulerBench(Report report, CancellationToken cancellation)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    public static IReadOnlyList<Aim> Aims { get; } =
    [
        Aim.AtMost("scheduler.place_10k", 0.3),
        Aim.AtMost("scheduler.place_100k", 4),
        Aim.Never("scheduler.not_placed"),
    ];

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        // A process of its own, published and tuned as a manager is.
        await using var process = Children.Start("scheduler", ["measure", "scheduler"], onLine: line =>
        {
            if (Metric.Parse(line) is { } metric) report.Add(metric);
        });
        using var ending = cancellation.Register(() => process.Send(Signal.Kill));
        var code = await process.WaitForExitAsync(s_limit);
        cancellation.ThrowIfCancellationRequested();
        if (code != 0) throw process.Failed($"measuring the scheduler ended with {(code is { } number ? number : $"no result after {s_limit}")}");
        return report.Summarise() ? 0 : 1;
    }
}
