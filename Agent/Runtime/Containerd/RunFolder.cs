using Warren.Agent.Runtime.Kernel;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>The agent's own folder, which a reboot clears: markers of started containers, pipes of execs, mounts of root file systems.</summary>
internal sealed class RunFolder(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private string Started => Path.Combine(path, "started");

    private string Execs => Path.Combine(path, "execs");

    private string RootFileSystems => Path.Combine(path, "rootfs");

    /// <summary>An empty folder.</summary>
    public string Empty => MakeFolder(Path.Combine(path, "empty"));

    /// <summary>Says that a container's task is about to be started. It is in memory, so nothing waits for a disk.</summary>
    public void MarkStarted(ContainerId id, DateTimeOffset at)
    {
        var file = Path.Combine(MakeFolder(Started), id.Value);
        using (File.Create(file))
        {
            // The time is the content.
        }
        File.SetLastWriteTimeUtc(file, at.UtcDateTime);
    }

    /// <summary>When <see cref="MarkStarted"/> was called; null if it was not, in this boot.</summary>
    public DateTimeOffset? FindStarted(string id)
    {
        var file = new FileInfo(Path.Combine(Started, id));
        return file.Exists ? new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero) : null;
    }

    /// <summary>Removes all of a container.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Remove(string id)
    {
        var marker = Path.Combine(Started, id);
        var execs = Path.Combine(Execs, id);
        var found = File.Exists(marker) || Directory.Exists(execs);
        if (File.Exists(marker)) File.Delete(marker);
        if (Directory.Exists(execs)) Directory.Delete(execs, recursive: true);
        return RemoveMount(Path.Combine(RootFileSystems, id)) || found;
    }

    /// <summary>A new folder for an exec's pipes.</summary>
    public string MakeExecFolder(string container, string exec) => MakeFolder(Path.Combine(MakeFolder(Path.Combine(MakeFolder(Execs), container)), exec));

    /// <summary>Removes an exec's folder, and that of its container with the last one.</summary>
    public void RemoveExec(string container, string exec)
    {
        var folder = Path.Combine(Execs, container, exec);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        try
        {
            LinuxFiles.RemoveFolder(Path.Combine(Execs, container));
        }
        catch (IOException)
        {
            // Others of its execs run, or it is gone already.
        }
    }

    /// <summary>A folder to mount a container's root file system on.</summary>
    public string MakeMountPoint(ContainerId id) => MakeFolder(Path.Combine(MakeFolder(RootFileSystems), id.Value));

    public bool RemoveMount(ContainerId id) => RemoveMount(Path.Combine(RootFileSystems, id.Value));

    /// <summary>Execs that have a folder, as container and exec.</summary>
    public IReadOnlyList<(string Container, string Exec)> ListExecs() =>
        [.. Names(Execs).SelectMany(container => Names(Path.Combine(Execs, container)).Select(exec => (container, exec)))];

    /// <summary>Containers that have anything here.</summary>
    public IReadOnlySet<string> ListContainers() =>
        Names(Started).Concat(Names(Execs)).Concat(Names(RootFileSystems)).ToHashSet(StringComparer.Ordinal);

    private static bool RemoveMount(string point)
    {
        if (!Directory.Exists(point)) return false;
        // One mount may lie over another.
        while (LinuxFiles.Detach(point))
        {
        }
        LinuxFiles.RemoveFolder(point);
        return true;
    }

    private static IEnumerable<string> Names(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)).ToList() : [];

#pragma warning disable CA1416 // containerd runs on Linux, and so does whatever makes this object.
    private static string MakeFolder(string folder) => Directory.CreateDirectory(folder, OwnerOnly).FullName;
#pragma warning restore CA1416
}
