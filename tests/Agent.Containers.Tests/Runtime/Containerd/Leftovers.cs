using System.Globalization;
using Warren.TestSupport.Containers;

namespace Warren.Agent.Containers.Tests.Runtime.Containerd;

/// <summary>Finds what containers have left on the machine, by the kernel, the disk and containerd's own client.</summary>
internal static class Leftovers
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until nothing is left; processes take a moment to end.</summary>
    /// <returns>What is left after the limit, a line each.</returns>
    public static async Task<IReadOnlyList<string>> FindAsync(PrivateContainerd containerd, CrashScene scene)
    {
        var until = TimeProvider.System.GetUtcNow() + s_limit;
        while (true)
        {
            var found = await LookAsync(containerd, scene.RunFolder, scene.Logs);
            if (found.Count == 0 || TimeProvider.System.GetUtcNow() > until) return found;
            await Task.Delay(s_pause);
        }
    }

    /// <summary>What is left now, a line each.</summary>
    public static async Task<List<string>> LookAsync(PrivateContainerd containerd, string runFolder, string logs)
    {
        var found = new List<string>();
        found.AddRange((await LinesAsync(containerd, "containers", "ls", "-q")).Select(line => $"container {line}"));
        found.AddRange((await LinesAsync(containerd, "tasks", "ls", "-q")).Select(line => $"task {line}"));
        found.AddRange((await LinesAsync(containerd, "leases", "ls", "-q")).Select(line => $"lease {line}"));
        // The image's own layers are committed; what a container has is active.
        found.AddRange((await LinesAsync(containerd, "snapshots", "ls")).Where(line => line.Contains(" Active", StringComparison.Ordinal))
            .Select(line => $"snapshot {line}"));
        found.AddRange((await File.ReadAllLinesAsync("/proc/self/mounts")).Where(line => line.Contains(containerd.Folder + "/", StringComparison.Ordinal))
            .Select(line => $"mount {line}"));
        found.AddRange(Entries(Path.Combine(containerd.State, "io.containerd.runtime.v2.task", containerd.Namespace)).Select(entry => $"bundle {entry}"));
        found.AddRange(Entries(Path.Combine("/run/containerd/runc", containerd.Namespace)).Select(entry => $"runc folder {entry}"));
        found.AddRange(Directory.EnumerateDirectories("/sys/fs/cgroup").Select(root => Path.Combine(root, containerd.Namespace))
            .Append(Path.Combine("/sys/fs/cgroup", containerd.Namespace)).SelectMany(Entries).Where(Directory.Exists)
            .Select(entry => $"control group {entry}"));
        foreach (var folder in (string[])["started", "execs", "rootfs"])
            found.AddRange(Entries(Path.Combine(runFolder, folder)).Select(entry => $"run file {entry}"));
        found.AddRange(ProcessesNaming(containerd.Socket, "containerd-shim").Select(process => $"shim {process}"));
        found.AddRange(ProcessesNaming(logs, "warren-log").Select(process => $"logger {process}"));
        return found;
    }

    /// <summary>Whether a process runs; one that has ended and waits for its parent to notice does not.</summary>
    public static bool Runs(int process)
    {
        try
        {
            var status = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status"));
            return !status.First(line => line.StartsWith("State:", StringComparison.Ordinal)).Contains('Z', StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Processes of a program with a word in its arguments.</summary>
    public static IReadOnlyList<int> ProcessesNaming(string word, string program)
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var process)) continue;
            try
            {
                var arguments = File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0');
                if (arguments[0].Contains(program, StringComparison.Ordinal) && arguments.Any(argument => argument.Contains(word, StringComparison.Ordinal)))
                    found.Add(process);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }
        return found;
    }

    private static IEnumerable<string> Entries(string folder) => Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : [];

    private static async Task<string[]> LinesAsync(PrivateContainerd containerd, params string[] arguments) =>
        (await containerd.CtrAsync(arguments)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
