using System.Globalization;
using Warren.TestSupport.Processes;

namespace Warren.TestSupport.Containers;

/// <summary>
/// A containerd of the test's own: root, state and socket in a temporary folder, and a namespace that no other test has, since runc's folders and
/// the cgroups are named by it on the whole machine. When this process ends, however it ends, containerd, its shims and containers are
/// killed and everything they mounted and wrote is removed.
/// </summary>
public sealed class PrivateContainerd : IAsyncDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromMinutes(1);

    private const string Kill = """
        for round in 1 2; do
          for shim in $(pgrep -f -- "-address $folder/containerd.sock"); do kill -KILL "$shim" 2>/dev/null; done
          for file in "$folder"/state/io.containerd.runtime.v2.task/*/*/init.pid; do
            [ ! -f "$file" ] || kill -KILL "$(cat "$file")" 2>/dev/null
          done
          for folders in /sys/fs/cgroup/*/"$namespace" /sys/fs/cgroup/"$namespace"; do
            [ -d "$folders" ] || continue
            find "$folders" -name cgroup.procs -exec cat {} + 2>/dev/null | xargs -r kill -KILL 2>/dev/null
          done
          sleep 0.2
        done
        awk -v f="$folder/" 'index($2, f) == 1 { print $2 }' /proc/self/mounts | sort -r | xargs -r -n1 umount -l 2>/dev/null
        for folders in /sys/fs/cgroup/*/"$namespace" /sys/fs/cgroup/"$namespace"; do
          [ ! -d "$folders" ] || find "$folders" -depth -type d -exec rmdir {} \; 2>/dev/null
        done
        rm -rf "/run/containerd/runc/$namespace"
        """;

    private const string PowerCut = $"""
        folder=$1 namespace=$2
        {Kill}
        rm -rf "$folder/state"
        """;

    // Waits for the end of its input, which the end of this process brings, and leaves nothing behind.
    private const string Keeper = $$"""
        folder=$1 namespace=$2
        trap '' INT TERM HUP
        cat >/dev/null
        [ ! -f "$folder/containerd.pid" ] || kill -KILL "$(cat "$folder/containerd.pid")" 2>/dev/null
        {{Kill}}
        rm -rf "$folder"
        """;

    private readonly ChildProcess _keeper;
#pragma warning disable CA2213 // KillAsync, which DisposeAsync calls, disposes it.
    private ChildProcess? _server;
#pragma warning restore CA2213

    private readonly string? _networkNamespace;

    private PrivateContainerd(string folder, string @namespace, string? networkNamespace, ChildProcess keeper)
    {
        Folder = folder;
        Namespace = @namespace;
        _networkNamespace = networkNamespace;
        _keeper = keeper;
    }

    /// <summary>Where all of it lies.</summary>
    public string Folder { get; }

    /// <summary>The namespace to work in.</summary>
    public string Namespace { get; }

    /// <summary>The unix socket of its API.</summary>
    public string Socket => Path.Combine(Folder, "containerd.sock");

    /// <summary>Its state folder, which holds the bundles.</summary>
    public string State => Path.Combine(Folder, "state");

    /// <summary>Its root folder, which holds content and snapshots.</summary>
    public string Root => Path.Combine(Folder, "root");

    /// <summary>Its process, while it runs.</summary>
    public int ProcessId => _server?.Id ?? throw new InvalidOperationException("containerd does not run.");

    /// <summary>Makes and starts one.</summary>
    /// <param name="folder">An empty folder to use, for example on a small disk; null for a new one in the temporary folder.</param>
    /// <param name="networkNamespace">The network namespace that it runs in, as a path; null for this process's.</param>
    public static async Task<PrivateContainerd> StartNewAsync(string? folder = null, string? networkNamespace = null)
    {
        if (!Environment.IsPrivilegedProcess)
            throw new InvalidOperationException("Tests of containers run containerd, which needs root.");
        folder ??= Directory.CreateTempSubdirectory("warren-ctd-").FullName;
        var @namespace = "test-" + Path.GetFileName(folder).Replace("warren-ctd-", "", StringComparison.Ordinal).ToLowerInvariant();
        var keeper = ChildProcess.Start("keeper of containerd", "sh", ["-c", Keeper, "sh", folder, @namespace]);
        var containerd = new PrivateContainerd(folder, @namespace, networkNamespace, keeper);
        await File.WriteAllTextAsync(Path.Combine(folder, "config.toml"), containerd.Config());
        await containerd.StartAsync();
        return containerd;
    }

    /// <summary>Starts it after <see cref="KillAsync"/>; returns when it answers.</summary>
    public async Task StartAsync()
    {
        string[] command = ["containerd", "--config", Path.Combine(Folder, "config.toml")];
        if (_networkNamespace is not null) command = ["nsenter", "--net=" + _networkNamespace, .. command];
        var server = ChildProcess.Start("containerd", command[0], command[1..]);
        _server = server;
        await File.WriteAllTextAsync(Path.Combine(Folder, "containerd.pid"), server.Id.ToString(CultureInfo.InvariantCulture));
        await server.ErrorLineAsync("containerd successfully booted", s_startLimit);
    }

    /// <summary>Kills it by SIGKILL; shims and containers go on.</summary>
    public async Task KillAsync()
    {
        if (_server is not { } server) return;
        _server = null;
        await server.DisposeAsync();
    }

    /// <summary>
    /// Kills it with all shims and containers, and takes away what a power cut takes: mounts, and the state folder, which lies in memory on a real
    /// machine. Images and containers' records stay. <see cref="StartAsync"/> starts it again.
    /// </summary>
    public async Task CutPowerAsync()
    {
        await KillAsync();
        await Tool.RunAsync("sh", "-c", PowerCut, "sh", Folder, Namespace);
    }

    /// <summary>Loads the images of an OCI or docker archive and unpacks them.</summary>
    public Task ImportAsync(string archive) => CtrAsync("images", "import", archive);

    /// <summary>Runs containerd's own client in the namespace.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="ChildFailedException">It failed.</exception>
    public Task<string> CtrAsync(params string[] arguments) => Tool.RunAsync("ctr", ["--address", Socket, "--namespace", Namespace, .. arguments]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _keeper.EndInput();
        await _keeper.WaitForExitAsync(s_startLimit);
        await _keeper.DisposeAsync();
        await KillAsync();
    }

    // Only what the tests use; the interface for Kubernetes would look for CNI plugins.
    private string Config() => $"""
        version = 2
        root = "{Root}"
        state = "{State}"
        disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt", "io.containerd.tracing.processor.v1.otlp",
          "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper",
          "io.containerd.snapshotter.v1.zfs"]
        [grpc]
          address = "{Socket}"
        [ttrpc]
          address = "{Socket}.ttrpc"
        """;
}
