using System.Globalization;
using Warren.Benchmarks.Converge;
using Warren.Benchmarks.Metrics;
using Warren.Harness.Silos;
using Warren.TestSupport;
using Warren.TestSupport.Processes;

namespace Warren.Benchmarks.Containers;

/// <summary>
/// Runs a measurement in a process with a network and mounts of its own, so that the machine's are not touched and nothing of it stays. Needs root.
/// </summary>
internal static class OwnNetwork
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);

    /// <summary>The name that <see cref="Children"/> knows the measurements by.</summary>
    public const string Role = "in-own-network";

    public static async Task RunAsync(string part, Report report, CancellationToken cancellation)
    {
        using var folder = TempFolder.Create("bench");
        await using var process = ChildProcess.Start(
            part,
            "unshare",
            ["--net", "--mount", "--", PublishedProgram.Path, "child", "measure", Role, part, folder.Path],
            onLine: line =>
            {
                if (Metric.Parse(line) is { } metric) report.Add(metric);
            });
        using var ending = cancellation.Register(() => process.Send(Signal.Kill));
        var code = await process.WaitForExitAsync(s_limit);
        cancellation.ThrowIfCancellationRequested();
        if (code != 0)
            throw process.Failed($"measuring '{part}' ended with {code?.ToString(CultureInfo.InvariantCulture) ?? $"no result after {s_limit}"}");
    }

    /// <summary>The child.</summary>
    public static Task MeasureAsync(Report report, string part, string folder) => part switch
    {
        "start" => MeasureStarts.RunAsync(report, folder),
        "parallel" => MeasureStarts.RunParallelAsync(report, folder),
        "ten" => MeasureTen.RunAsync(report, folder),
        "network" => NetworkCosts.MeasureAsync(report, folder),
        _ => throw new InvalidOperationException($"There is no part '{part}' to measure."),
    };
}
