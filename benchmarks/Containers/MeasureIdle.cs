using System.Globalization;
using Warren.Benchmarks.Metrics;
using Warren.Containers;
using Warren.Harness.Silos;
using Warren.TestSupport.Containers;

namespace Warren.Benchmarks.Containers;

/// <summary>What an agent with 50 running containers takes when nothing happens for a minute; a process of its own.</summary>
internal static class MeasureIdle
{
    private const int Count = 50, ParallelStarts = 4;

    private const string Role = "idle-agent";

    private static readonly TimeSpan s_startLimit = TimeSpan.FromMinutes(3), s_settle = TimeSpan.FromSeconds(10), s_idle = TimeSpan.FromSeconds(60);

    /// <summary>The child's arguments, after "child".</summary>
    public static bool IsRole(string[] role) => role is [Role, ..];

    public static async Task RunAsync(Report report, string folder)
    {
        await using var containerd = await PrivateContainerd.StartNewAsync();
        var image = TestImage.Busybox();
        await image.ImportIntoAsync(containerd);
        await using var process = Children.Start("idle agent", [Role, folder, containerd.Socket, containerd.Namespace, image.Name]);
        await process.LineAsync("running", s_startLimit);
        await Task.Delay(s_settle);
        var before = ProcessorTime(process.Id);
        await Task.Delay(s_idle);
        var used = ProcessorTime(process.Id) - before;
        var status = await File.ReadAllLinesAsync($"/proc/{process.Id}/status");
        report.Add("containers.idle_rss", Megabytes(status, "VmRSS:"), "MB");
        report.AddContext("containers.idle_rss_without_files", Megabytes(status, "RssAnon:"), "MB");
        report.Add("containers.idle_cpu", 100 * used.TotalSeconds / s_idle.TotalSeconds, "%");
        await process.TellAsync("end");
        await process.WaitForExitAsync(s_startLimit);
    }

    /// <summary>The child: starts the containers, says so, waits to be told the end, and removes them.</summary>
    public static async Task ServeAsync(string[] role)
    {
        var ended = new TaskCompletionSource();
        Lifeline.Hold(_ => ended.TrySetResult());
        await using var agent = await BenchAgent.StartAsync(role[1], role[2], role[3], role[4]);
        var names = Enumerable.Range(0, Count).Select(i => "idle-" + i.ToString(CultureInfo.InvariantCulture)).ToArray();
        await Parallel.ForEachAsync(
            names,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelStarts },
            async (name, _) => await agent.StartContainerAsync(name, NetworkMode.Bridge));
        // As a worker does while it runs.
        using var watching = new CancellationTokenSource();
        var watch = WatchAsync(agent, watching.Token);
        Console.WriteLine("running");
        await ended.Task;
        await watching.CancelAsync();
        await watch;
        foreach (var name in names) await agent.RemoveContainerAsync(name);
    }

    private static async Task WatchAsync(BenchAgent agent, CancellationToken cancellation)
    {
        try
        {
            await foreach (var happened in agent.Containers.Runtime.WatchAsync(cancellation))
                Console.WriteLine(happened);
        }
        catch (OperationCanceledException)
        {
            // The end of the measurement.
        }
    }

    // Clock ticks of 10 ms, user and system; the command's name, in brackets, may hold blanks.
    private static TimeSpan ProcessorTime(int process)
    {
        var text = File.ReadAllText($"/proc/{process}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        const int User = 11, System = 12, TicksPerSecond = 100;
        return TimeSpan.FromSeconds((Number(fields[User]) + Number(fields[System])) / TicksPerSecond);
    }

    private static double Megabytes(string[] status, string field)
    {
        const double KilobytesPerMegabyte = 1000.0 * 1000 / 1024;
        var line = status.Single(candidate => candidate.StartsWith(field, StringComparison.Ordinal));
        return Number(line[field.Length..].Replace("kB", "", StringComparison.Ordinal)) / KilobytesPerMegabyte;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
