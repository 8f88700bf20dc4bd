using Warren.Agent.Runtime.Containerd;
using Warren.TestSupport.Processes;

namespace Warren.Agent.Containers.Tests.Images;

/// <summary>An unpacked image, mounted to be looked at.</summary>
internal sealed class SnapshotView : IAsyncDisposable
{
    private const string Snapshotter = "overlayfs";

    private readonly ContainerdConnection _connection;
    private readonly string _key;

    private SnapshotView(ContainerdConnection connection, string key, string folder)
    {
        _connection = connection;
        _key = key;
        Folder = folder;
    }

    public string Folder { get; }

    public static async Task<SnapshotView> MountAsync(ContainerdConnection connection, string chainId)
    {
        var folder = Directory.CreateTempSubdirectory("warren-view-").FullName;
        var view = new SnapshotView(connection, Path.GetFileName(folder), folder);
        // The label keeps the view from the garbage collection.
        var answer = await connection.Snapshots.ViewAsync(
            new() { Snapshotter = Snapshotter, Key = view._key, Parent = chainId, Labels = { ["containerd.io/gc.root"] = "test" } },
            connection.Long(CancellationToken.None));
        var mount = answer.Mounts.ShouldHaveSingleItem();
        await Tool.RunAsync("mount", "-t", mount.Type, "-o", string.Join(',', mount.Options), mount.Source, folder);
        return view;
    }

    public string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>What <c>stat</c> says in a format of its own.</summary>
    public async Task<string> StatAsync(string file, string format) => (await Tool.RunAsync("stat", "-c", format, PathOf(file))).Trim();

    public async ValueTask DisposeAsync()
    {
        await Tool.RunAsync("umount", Folder);
        await _connection.Snapshots.RemoveAsync(new() { Snapshotter = Snapshotter, Key = _key }, _connection.Long(CancellationToken.None));
        Directory.Delete(Folder);
    }
}
