using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Warren.Agent.Runtime.Kernel;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>
/// Shims that containerd has lost, and their folders. A containerd that is killed while it starts a shim knows nothing of it afterwards, and can
/// neither end it nor remove its folder; and while the folder is there, it starts no other shim for that container.
/// </summary>
internal sealed partial class ShimRemains(ContainerdOptions options, TimeProvider time)
{
    private const int KillSignal = 9;

    private const string Program = "containerd-shim";
    private const string ClearingAction = "delete";
    private const string RootFileSystem = "rootfs";
    private const string WorkLink = "work";
    private const string FolderName = "io.containerd.runtime.v2.task";

    // Where shims listen, whatever containerd's own folders are.
    private const string Sockets = "/run/containerd/s";

    // How soon containerd notices that a shim has gone, and begins to clear up after it, with what it calls a delete of the shim's program.
    private static readonly TimeSpan s_noticing = TimeSpan.FromSeconds(1);

    // Longer than containerd lets itself clear up, of version 1.6 five seconds, and twice that after a call that ended.
    private static readonly TimeSpan s_clearing = TimeSpan.FromSeconds(15);

    // For how long nothing is to be seen of it any more: after a call that ended, containerd removes the folder for a second time.
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private string Folders => Path.Combine(options.StateDirectory, FolderName, options.Namespace);

    /// <summary>Whether the message says that a shim was not started since a folder of its name is there.</summary>
    public static bool IsInTheWay(string message) =>
        message.Contains("mkdir ", StringComparison.Ordinal) && message.Contains(FolderName, StringComparison.Ordinal)
        && message.Contains("file exists", StringComparison.Ordinal);

    /// <summary>Whether the message says that a shim's folder was taken away under it, as by a containerd that cleared up after the one before.</summary>
    public static bool IsTakenAway(string message) => TakenAway().IsMatch(message);

    /// <summary>Containers that have a shim or a shim's folder.</summary>
    public IReadOnlySet<string> List() =>
        (Directory.Exists(Folders) ? Directory.EnumerateDirectories(Folders).Select(folder => Path.GetFileName(folder)) : [])
            .Where(name => !IsBeingRemoved(name))
            .Concat(Shims().Select(shim => shim.Container)).ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// Kills a container's shims and removes their folder, mount and socket; containerd must know no task of that name. A containerd that knows the
    /// shim clears up after it, too, by the container's name: that is waited for, since the next shim and container of the name would be taken away.
    /// </summary>
    /// <param name="id">The container.</param>
    /// <param name="looksForProcesses">Also looks for a shim where there is no folder, which takes a look at all processes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether there was anything.</returns>
    public async Task<bool> RemoveAsync(string id, bool looksForProcesses, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Folders, id);
        var hasFolder = Directory.Exists(folder);
        if (!hasFolder && !looksForProcesses) return false;

        var shims = ShimsOf(id);
        foreach (var shim in shims.Where(shim => !shim.IsClearing)) LinuxFiles.Kill(shim.Process, KillSignal);
        if (hasFolder || shims.Count > 0) await UntilClearedAsync(id, folder, cancellationToken);
        foreach (var shim in ShimsOf(id)) LinuxFiles.Kill(shim.Process, KillSignal);
        File.Delete(SocketOf(id));
        if (Directory.Exists(folder)) RemoveFolder(folder);
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

    // The folder is what containerd removes last.
    private async Task UntilClearedAsync(string id, string folder, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var lastSeen = began;
        TimeSpan wait;
        do
        {
            await Task.Delay(s_pause, time, cancellationToken);
            var isClearing = ShimsOf(id).Any(shim => shim.IsClearing);
            if (isClearing) lastSeen = time.GetTimestamp();
            wait = isClearing || Directory.Exists(folder) ? s_noticing : s_quiet;
        }
        while (time.GetElapsedTime(lastSeen) < wait && time.GetElapsedTime(began) < s_clearing);
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

    private List<Shim> ShimsOf(string id) => [.. Shims().Where(shim => shim.Container == id)];

    private IEnumerable<Shim> Shims()
    {
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out var process)) continue;
            if (Find(entry, process) is { } shim) yield return shim;
        }
    }

    private Shim? Find(string entry, int process)
    {
        string[] words;
        try
        {
            words = File.ReadAllText(Path.Combine(entry, "cmdline")).TrimEnd('\0').Split('\0');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile.
            return null;
        }
        return Path.GetFileName(words[0]).StartsWith(Program, StringComparison.Ordinal)
            && ValueOf("-namespace") == options.Namespace && ValueOf("-address") == options.SocketPath
            && ValueOf("-id") is { } container ? new(container, process, words[^1] == ClearingAction) : null;

        string? ValueOf(string option) => Array.IndexOf(words, option) is var index and >= 0 && index + 1 < words.Length ? words[index + 1] : null;
    }

    [GeneratedRegex($"{FolderName}/[^/ ]+/[^/ ]+/[^/: ]+: no such file or directory")]
    private static partial Regex TakenAway();

    /// <param name="Container">Whose it is.</param>
    /// <param name="Process">Its process id.</param>
    /// <param name="IsClearing">Whether it is one that containerd has started to clear up after another.</param>
    private sealed record Shim(string Container, int Process, bool IsClearing);
}
