using System.Diagnostics;
using System.Globalization;
using Warren.Benchmarks.Metrics;
using Warren.Client;
using Warren.Harness;
using Warren.Harness.Clusters;
using Warren.TestSupport;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.Benchmarks.Command;

/// <summary>What the command costs as it is published: a whole process that lists 200 services of a running manager, and how large it is.</summary>
internal sealed class CommandBench(Report report, CancellationToken cancellation)
{
    private const int Services = 200, Runs = 40, MemoryRuns = 10;

    public static IReadOnlyList<Aim> Aims { get; } =
    [
        Aim.AtMost("cli.list", 100),
        Aim.AtMost("cli.rss", 38),
        Aim.AtMost("dist.size", 100),
    ];

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        using var folder = TempFolder.Create("command");
        await Tool.RunAsync("dotnet", "publish", ProjectOfCommand(), "-c", "Release", "-nologo", "-v:q", "-o", folder.Path);
        var command = folder.File("warren");
        var daemon = Path.GetDirectoryName(DaemonProgram.Path)!;
        report.AddContext("dist.warren", Megabytes([command]), "MB");
        report.AddContext("dist.warrend", Megabytes(Directory.GetFiles(daemon, "*", SearchOption.AllDirectories)), "MB");
        report.Add("dist.size", Megabytes([command, .. Directory.GetFiles(daemon, "*", SearchOption.AllDirectories)]), "MB");

        await using var cluster = new FoundedCluster();
        await cluster.StartAsync();
        var socket = cluster.PathOf("m1.sock");
        using (var client = WarrenClient.ToSocket(socket))
        {
            for (var i = 0; i < Services; i++)
            {
                await client.DeployAsync(
                    new() { Name = string.Create(CultureInfo.InvariantCulture, $"s{i}"), Replicas = 0, Container = new() { Image = "registry.invalid/web@sha256:" + new string('a', 64) } },
                    cancellation);
            }
        }

        report.AddContext("cli.start", Statistics.Median(await TimeAsync(command, "completion", "fish")), "ms");
        var lists = await TimeAsync(command, "--host", socket, "service", "list");
        report.AddContext("cli.list_p95", Statistics.Percentile(lists, 0.95), "ms");
        report.Add("cli.list", Statistics.Median(lists), "ms");
        var peaks = new List<double>();
        for (var i = 0; i < MemoryRuns; i++) peaks.Add(Peak(command, socket));
        report.Add("cli.rss", Statistics.Median(peaks), "MB");
        return report.Summarise() ? 0 : 1;
    }

    private static async Task<List<double>> TimeAsync(string command, params string[] words)
    {
        var times = new List<double>();
        for (var i = 0; i < Runs + 5; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            await Tool.RunAsync(command, words);
            if (i >= 5) times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        return times;
    }

    // The kernel keeps the most that a process had; it is asked again and again, since with the process the answer goes. Its output fits a pipe.
    private double Peak(string command, string socket)
    {
        using var process = Process.Start(new ProcessStartInfo(command, ["--host", socket, "service", "list"]) { RedirectStandardOutput = true })!;
        var peak = 0d;
        while (!process.HasExited)
        {
            cancellation.ThrowIfCancellationRequested();
            peak = Math.Max(peak, ProcessFigures.PeakMegabytes(process.Id));
        }

        return peak;
    }

    private static double Megabytes(IEnumerable<string> files) => files.Where(file => !file.EndsWith(".pdb", StringComparison.Ordinal) && !file.EndsWith(".xml", StringComparison.Ordinal))
        .Sum(file => new FileInfo(file).Length) / 1e6;

    private static string ProjectOfCommand()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var project = Path.Combine(folder.FullName, "Cli", "Cli.csproj");
            if (File.Exists(project)) return project;
        }

        throw new InvalidOperationException($"Cli/Cli.csproj is above none of the folders of {AppContext.BaseDirectory}.");
    }
}
