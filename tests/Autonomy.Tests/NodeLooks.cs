using System.Globalization;
using System.Text;
using Warren.Harness.Clusters;
using Warren.Tasks;
using Warren.TestSupport.Processes;

namespace Warren.Autonomy.Tests;

/// <summary>What can be seen on a node without any manager.</summary>
internal static class NodeLooks
{
    private static int s_reads;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1), s_look = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until what runs on a node is as described.</summary>
    public static async Task<Dictionary<TaskId, int>> UntilAsync(this RealWorker node, Func<Dictionary<TaskId, int>, bool> isSo, string what)
    {
        using var limit = new CancellationTokenSource(s_limit);
        while (true)
        {
            var now = await node.ProcessesAsync();
            if (isSo(now)) return now;
            if (limit.IsCancellationRequested) throw new TimeoutException($"It did not come to be that {what}; on {node.Id} run: {string.Join(", ", now.Keys)}");
            await Task.Delay(s_look);
        }
    }

    /// <summary>Kills a task's process, and waits until it runs anew.</summary>
    /// <returns>From its end to the beginning of the next, as the kernel has recorded that, and the next one's process.</returns>
    public static async Task<(TimeSpan Time, int Process)> CrashAsync(this RealWorker node, TaskId task)
    {
        var process = (await node.ProcessesAsync())[task];
        var killed = UpFor();
        Signals.Send(process, Signal.Kill).ShouldBeTrue();
        var now = await node.UntilAsync(running => running.TryGetValue(task, out var other) && other != process, $"{task} runs again");
        return (BeginOf(now[task]) - killed, now[task]);
    }

    private static TimeSpan UpFor() => TimeSpan.FromSeconds(double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture));

    // The twenty-second field, of which the second, in brackets, may have spaces; in hundredths of a second since the machine's start.
    private static TimeSpan BeginOf(int process)
    {
        var stat = File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat");
        return TimeSpan.FromSeconds(long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19], CultureInfo.InvariantCulture) / 100.0);
    }

    /// <summary>What a file in a task's container holds.</summary>
    public static Task<string> ReadAsync(this RealWorker node, TaskId task, string path) =>
        node.Machine.Containerd.CtrAsync("tasks", "exec", "--exec-id", $"read-{Interlocked.Increment(ref s_reads)}", task.ToString(), "cat", path);

    /// <summary>The files below a folder that hold a text, as it is or in base64; also databases that their owners have locked.</summary>
    public static async Task<string[]> FilesWithAsync(string folder, string text)
    {
        var (_, output, _) = await Tool.TryAsync(
            "grep", "-r", "-l", "-a", "-F", "-D", "skip", "-e", text, "-e", Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('='), folder);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
