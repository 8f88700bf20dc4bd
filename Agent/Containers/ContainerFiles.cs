using System.Collections.Immutable;
using System.Globalization;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Containers;

/// <summary>
/// Keeps the secrets and configs of containers in memory file systems of their own, never on a disk: one for each container, at a folder
/// that its name gives, so that a later agent finds it again. Methods may be called again after a crash and then finish what was begun;
/// calls for one container must not overlap.
/// </summary>
/// <param name="runFolder">A folder that does not outlive the machine's run, such as <c>/run/warren/files</c>; made when it does not exist.</param>
/// <param name="sizeLimit">The most bytes that the files of one container may take.</param>
/// <param name="canKeepFromSwap">Whether the kernel can keep a memory file system out of swap space: from 6.4 on.</param>
internal sealed class ContainerFiles(string runFolder, long sizeLimit, bool canKeepFromSwap)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Passable = OwnerOnly
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly ImmutableArray<string> s_mountOptions = ["rbind", "ro", "nosuid", "nodev", "noexec", "rprivate"];

    /// <summary>Writes the files, and says how to mount them. Called again it replaces them; files of an earlier call that are not given stay.</summary>
    /// <exception cref="IOException">The memory file system cannot be made, or the files exceed its limit.</exception>
    public async Task<ImmutableArray<ContainerMount>> WriteAsync(
        ContainerId id, ImmutableArray<ContainerFile> files, CancellationToken cancellationToken)
    {
        if (files.IsEmpty) return [];
        if (files.GroupBy(file => file.Target).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"two files are at {twice.Key}", nameof(files));
        EnsureMounted(id);
        var mounts = ImmutableArray.CreateBuilder<ContainerMount>();
        foreach (var file in files.OrderBy(file => file.Target, StringComparer.Ordinal))
        {
            var path = PathOf(id, file.Target);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, Passable);
            await PutAsync(path, file, cancellationToken);
            var mount = FileFolders.Of(file.Target) is { } folder
                ? new ContainerMount("bind", Path.GetDirectoryName(path)!, folder, s_mountOptions)
                : new ContainerMount("bind", path, file.Target, s_mountOptions);
            if (mounts.All(other => other.Target != mount.Target)) mounts.Add(mount);
        }
        return mounts.ToImmutable();
    }

    /// <summary>Replaces a file in one step: a process of the container reads the old content or the new, never a mixture.</summary>
    /// <returns>False if the container has no such file, or it is in none of the <see cref="FileFolders"/>; then nothing is done.</returns>
    /// <exception cref="IOException">It exceeds the limit.</exception>
    public async Task<bool> ReplaceAsync(ContainerId id, ContainerFile file, CancellationToken cancellationToken)
    {
        var path = PathOf(id, file.Target);
        if (FileFolders.Of(file.Target) is null || !File.Exists(path)) return false;
        await PutAsync(path, file, cancellationToken);
        return true;
    }

    /// <summary>Whether the container has such a file that can be replaced, with another content.</summary>
    public async Task<bool> DiffersAsync(ContainerId id, ContainerFile file, CancellationToken cancellationToken)
    {
        var path = PathOf(id, file.Target);
        if (FileFolders.Of(file.Target) is null || !File.Exists(path)) return false;
        return !(await File.ReadAllBytesAsync(path, cancellationToken)).AsSpan().SequenceEqual(file.Content.Span);
    }

    /// <summary>Notes a signal that is to be sent after files were replaced.</summary>
    public void NoteSignal(ContainerId id, int signal)
    {
        Directory.CreateDirectory(SignalsOf(id), OwnerOnly);
        File.WriteAllBytes(Path.Combine(SignalsOf(id), signal.ToString(CultureInfo.InvariantCulture)), []);
    }

    /// <summary>The signals that are noted, in their order.</summary>
    public ImmutableArray<int> NotedSignals(ContainerId id) => Directory.Exists(SignalsOf(id))
        ? [.. Directory.GetFiles(SignalsOf(id)).Select(file => int.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture)).Order()]
        : [];

    /// <summary>A signal was sent.</summary>
    public void ForgetSignal(ContainerId id, int signal) => File.Delete(Path.Combine(SignalsOf(id), signal.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Forgets the files of a container, which does not run any more. Called again it does nothing.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public Task RemoveAsync(ContainerId id)
    {
        Remove(FolderOf(id));
        return Task.CompletedTask;
    }

    /// <summary>Forgets the files of all containers but these.</summary>
    /// <returns>What was removed, a line each, for the log.</returns>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public Task<ImmutableArray<string>> SweepAsync(IReadOnlySet<ContainerId> keep)
    {
        var removed = ImmutableArray.CreateBuilder<string>();
        foreach (var folder in Directory.Exists(runFolder) ? Directory.GetDirectories(runFolder) : [])
        {
            if (ContainerId.TryParse(Path.GetFileName(folder), out var id) && keep.Contains(id)) continue;
            Remove(folder);
            removed.Add($"the files at {folder}, of a container that does not exist");
        }
        return Task.FromResult(removed.ToImmutable());
    }

    private string FolderOf(ContainerId id) => Path.Combine(runFolder, id.Value);

    // The target's own path below, so that it is found again by it alone.
    private string PathOf(ContainerId id, string target) => Path.Combine(FolderOf(id), target.TrimStart('/'));

    // Beside the container's files and in none of its mounts; no target has a part like this.
    private string SignalsOf(ContainerId id) => Path.Combine(FolderOf(id), "..signals");

    private void EnsureMounted(ContainerId id)
    {
        Directory.CreateDirectory(runFolder, OwnerOnly);
        var folder = FolderOf(id);
        Directory.CreateDirectory(folder, OwnerOnly);
        if (MountTable.IsMountPoint(folder)) return;
        var options = string.Create(CultureInfo.InvariantCulture, $"mode=0700,size={sizeLimit}{(canKeepFromSwap ? ",noswap" : "")}");
        MountCalls.MountTmpfs(folder, options);
    }

    private static void Remove(string folder)
    {
        if (!Directory.Exists(folder)) return;
        // More than one only after a crash between the question and the mount of another agent.
        while (MountTable.IsMountPoint(folder)) MountCalls.Unmount(folder);
        // What lies in it now was never written by this class; deleting only an empty folder leaves it to be seen.
        Directory.Delete(folder);
    }

    private async Task PutAsync(string path, ContainerFile file, CancellationToken cancellationToken)
    {
        var draft = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.new");
        try
        {
            File.Delete(draft);
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            await using (var stream = new FileStream(draft, options)) await stream.WriteAsync(file.Content, cancellationToken);
            MountCalls.ChangeOwner(draft, file.Uid, file.Gid);
            File.SetUnixFileMode(draft, (UnixFileMode)file.Mode);
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception exception)
        {
            File.Delete(draft);
            if (exception is IOException)
            {
                throw new IOException(
                    string.Create(CultureInfo.InvariantCulture, $"cannot write the container's file {file.Target} ({file.Content.Length} bytes; all of its files may take {sizeLimit}): {exception.Message}"),
                    exception);
            }
            throw;
        }
    }
}
