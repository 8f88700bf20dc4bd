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
        var before = ProcessFigures.ProcessorTime(process.Id);
        await Task.Delay(s_idle);
        var used = ProcessFigures.ProcessorTime(process.Id) - before;
        report.Add("containers.idle_rss", ProcessFigures.ResidentMegabytes(process.Id), "MB");
        report.AddContext("containers.idle_rss_without_files", ProcessFigures.AnonymousMegabytes(process.Id), "MB");
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
}
