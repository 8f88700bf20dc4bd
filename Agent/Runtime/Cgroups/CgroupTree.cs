using System.Globalization;
using Warren.Agent.Runtime.Kernel;

namespace Warren.Agent.Runtime.Cgroups;

/// <summary>
/// The control groups of this machine, by the kernel's own files: they say the same whatever containerd's version, cost no call, and can still be
/// read when a shim is gone.
/// </summary>
internal sealed class CgroupTree
{
    private const int KillSignal = 9;
    private const int Rounds = 50;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private readonly TimeProvider _time;

    public CgroupTree(CgroupMounts mounts, TimeProvider time)
    {
        Mounts = mounts;
        _time = time;
    }

    public CgroupMounts Mounts { get; }

    /// <summary>The tree of this process's machine.</summary>
    public static CgroupTree OfThisMachine(TimeProvider time) => new(CgroupMounts.Parse(File.ReadLines("/proc/self/mountinfo")), time);

    /// <summary>What a group uses, or null if there is no such group.</summary>
    public CgroupUse? ReadUse(string path)
    {
        try
        {
            return Mounts.IsUnified ? UnifiedCgroupFiles.Read(Mounts.Folder("", path)) : SplitCgroupFiles.Read(controller => Mounts.Folder(controller, path));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>How many processes of a group the kernel has killed for want of memory; 0 if there is no such group.</summary>
    public long CountOomKills(string path)
    {
        var file = Mounts.IsUnified
            ? Path.Combine(Mounts.Folder("", path), "memory.events")
            : Path.Combine(Mounts.Folder("memory", path), "memory.oom_control");
        try
        {
            return CgroupText.Named(File.ReadAllText(file), "oom_kill") ?? 0;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>The groups right below one, in any hierarchy.</summary>
    public IReadOnlySet<string> Children(string path) =>
        Mounts.Folders(path).Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories)
            .Select(folder => Path.GetFileName(folder)).ToHashSet(StringComparer.Ordinal);

    /// <summary>The processes of a group and those below it.</summary>
    public IReadOnlySet<int> Processes(string path) => Mounts.Folders(path).SelectMany(ProcessesBelow).ToHashSet();

    /// <summary>Whether a group exists in any hierarchy.</summary>
    public bool Exists(string path) => Mounts.Folders(path).Any(Directory.Exists);

    /// <summary>Kills all processes of a group and those below it, and waits until they are gone.</summary>
    /// <returns>How many were found.</returns>
    /// <exception cref="IOException">One does not go away: it waits for a device or a file system that does not answer.</exception>
    public async Task<int> KillAsync(string path, CancellationToken cancellationToken)
    {
        var killed = new HashSet<int>();
        for (var round = 0; round < Rounds; round++)
        {
            var processes = Processes(path);
            if (processes.Count == 0) return killed.Count;
            // More may appear while they are killed, so look until there is none.
            foreach (var process in processes) LinuxFiles.Kill(process, KillSignal);
            killed.UnionWith(processes);
            await Task.Delay(s_pause, _time, cancellationToken);
        }
        throw new IOException($"processes of the control group {path} do not end after SIGKILL: {string.Join(", ", Processes(path))}");
    }

    /// <summary>Removes a group and those below it, in all hierarchies; its processes must be gone.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> RemoveAsync(string path, CancellationToken cancellationToken)
    {
        var found = false;
        for (var round = 0; ; round++)
        {
            var left = Mounts.Folders(path).Where(Directory.Exists).ToList();
            if (left.Count == 0) return found;
            found = true;
            try
            {
                left.ForEach(RemoveFolder);
            }
            // A process that has just ended keeps its group busy for a moment.
            catch (IOException) when (round < Rounds)
            {
                await Task.Delay(s_pause, _time, cancellationToken);
            }
        }
    }

    // The files of a group are not removed, only its folder.
    private static void RemoveFolder(string folder)
    {
        foreach (var child in Directory.EnumerateDirectories(folder)) RemoveFolder(child);
        try
        {
            LinuxFiles.RemoveFolder(folder);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody else removed it.
        }
    }

    private static IEnumerable<int> ProcessesBelow(string folder)
    {
        if (!Directory.Exists(folder)) return [];
        try
        {
            return
            [
                .. File.ReadLines(Path.Combine(folder, "cgroup.procs")).Select(line => int.Parse(line, CultureInfo.InvariantCulture)),
                .. Directory.EnumerateDirectories(folder).SelectMany(ProcessesBelow),
            ];
        }
        catch (IOException)
        {
            // The group went away meanwhile, and its processes with it.
            return [];
        }
    }
}
