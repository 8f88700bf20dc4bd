using System.Globalization;
using Warren.Benchmarks.Metrics;
using Warren.Harness.Silos;
using Warren.TestSupport;
using Warren.TestSupport.Processes;

namespace Warren.Benchmarks.Containers;

/// <summary>
/// What connecting and disconnecting a container costs, with one published port, and what the CNI plugins take for the same where they are
/// installed (<c>containernetworking-plugins</c>). A process in a network namespace of its own measures, so that the machine's network
/// is not touched. Needs root.
/// </summary>
internal static class MeasureNetwork
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    public static async Task RunAsync(Report report, CancellationToken cancellation)
    {
        using var folder = TempFolder.Create("bench");
        await using var process = ChildProcess.Start(
            "network",
            "unshare",
            ["--net", "--mount", "--", PublishedProgram.Path, "child", "measure", "network", folder.Path],
            onLine: line =>
            {
                if (Metric.Parse(line) is { } metric) report.Add(metric);
            });
        using var ending = cancellation.Register(() => process.Send(Signal.Kill));
        var code = await process.WaitForExitAsync(s_limit);
        cancellation.ThrowIfCancellationRequested();
        if (code != 0)
            throw process.Failed($"measuring the network ended with {code?.ToString(CultureInfo.InvariantCulture) ?? $"no result after {s_limit}"}");
    }
}
