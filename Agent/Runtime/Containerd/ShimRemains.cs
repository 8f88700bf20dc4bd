using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Warren.Agent.Runtime.Kernel;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>
/// Shims that containerd has lost, and their folders. A containerd that is killed while it starts a shim knows nothing of it afterwards, and can
/// neither end it nor remove its folder; and while the folder is there, it starts no other shim for that container.
/// </summary>
internal sealed class ShimRemains(ContainerdOptions options)
{
    private const int KillSignal = 9;
    private const string Program = "containerd-shim";
    private const string RootFileSystem = "rootfs";
    private const string WorkLink = "work";
    private const string FolderName = "io.containerd.runtime.v2.task";

    // Where shims listen, whatever containerd's own folders are.
    private const string Sockets = "/run/containerd/s";

    private string Folders => Path.Combine(options.StateDirectory, FolderName, options.Namespace);

    /// <summary>Whether the message says that a shim was not started since a folder of its name is there.</summary>
    public static bool IsInTheWay(string message) =>
        message.Contains("mkdir ", StringComparison.Ordinal) && message.Contains(FolderName, StringComparison.Ordinal)
        && message.Contains("file exists", StringComparison.Ordinal);

    /// <summary>Containers that have a shim or a shim's folder.</summary>
    public IReadOnlySet<string> List() =>
        (Directory.Exists(Folders) ? Directory.EnumerateDirectories(Folders).Select(folder => Path.GetFileName(folder)) : [])
            .Where(name => !IsBeingRemoved(name))
            .Concat(Shims().Select(shim => shim.Container)).ToHashSet(StringComparer.Ordinal);

    /// <summary>Kills a container's shims and removes their folder, mount and socket; containerd must know no task of that name.</summary>
    /// <param name="id">The container.</param>
    /// <param name="looksForProcesses">Also looks for a shim where there is no folder, which takes a look at all processes.</param>
    /// <returns>Whether there was anything.</returns>
    public bool Remove(string id, bool looksForProcesses)
    {
        var folder = Path.Combine(Folders, id);
        var hasFolder = Directory.Exists(folder);
        if (!hasFolder && !looksForProcesses) return false;

        var shims = Shims().Where(shim => shim.Container == id).ToList();
        foreach (var shim in shims) LinuxFiles.Kill(shim.Process, KillSignal);
        File.Delete(SocketOf(id));
        if (hasFolder) RemoveFolder(folder);
        return hasFolder || shims.Count > 0;
    }

    /// <summary>
    /// Removes folders that containerd has given the name of something it removes. A containerd that was killed then never comes back to them; where it
    /// is at it now, both do the same.
    /// </summary>
    /// <returns>The folders.</returns>
    public IReadOnlyList<string> RemoveAbandoned()
    {
        if (!Directory.Exists(Folders)) return [];
        string[] abandoned = [.. Directory.EnumerateDirectories(Folders).Where(folder => IsBeingRemoved(Path.GetFileName(folder)))];
        foreach (var folder in abandoned) RemoveFolder(folder);
        return abandoned;
    }

    private static bool IsBeingRemoved(string name) => name.StartsWith('.');

    private static void RemoveFolder(string folder)
    {
        while (LinuxFiles.Detach(Path.Combine(folder, RootFileSystem)))
        {
            // One mount may lie over another.
        }
        try
        {
            // Null where the link is gone already: what is left of a folder goes all the same.
            var work = new FileInfo(Path.Combine(folder, WorkLink)).LinkTarget;
            // It is below containerd's root folder and empty, but for what a shim keeps for itself.
            if (work is not null && Directory.Exists(work)) Directory.Delete(work, recursive: true);
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // containerd was quicker.
        }
    }

    // The name that every shim gives its socket.
    private string SocketOf(string id)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{options.SocketPath}/{options.Namespace}/{id}"));
        return Path.Combine(Sockets, Convert.ToHexStringLower(hash));
    }

    private IEnumerable<(string Container, int Process)> Shims()
    {
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out var process)) continue;
            if (ContainerOf(entry) is { } container) yield return (container, process);
        }
    }

    private string? ContainerOf(string entry)
    {
        string[] words;
        try
        {
            words = File.ReadAllText(Path.Combine(entry, "cmdline")).Split('\0');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile.
            return null;
        }
        return Path.GetFileName(words[0]).StartsWith(Program, StringComparison.Ordinal)
            && ValueOf("-namespace") == options.Namespace && ValueOf("-address") == options.SocketPath ? ValueOf("-id") : null;

        string? ValueOf(string option) => Array.IndexOf(words, option) is var index and >= 0 && index + 1 < words.Length ? words[index + 1] : null;
    }
}
