using System.Collections.Immutable;
using System.Globalization;
using Warren.Agent.Network;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Oci;
using Warren.Containers;
using Warren.Images;
using Warren.TestSupport.Containers;
using Warren.TestSupport.Processes;

namespace Warren.Agent.Containers.Tests.Oci;

/// <summary>
/// Runs the builder's specifications by bare runc, with a root, control groups and a network namespace of its own. When this process ends,
/// however it ends, all of it is removed.
/// </summary>
public sealed class RuncBundles : IAsyncLifetime
{
    internal const string Passwd = "root:x:0:0:root:/root:/bin/sh\nweb:x:1000:1001:web:/home/web:/bin/sh\n";
    private const string Group = "root:x:0:\nweb:x:1001:\nstaff:x:50:web\n";

    private const string Keeper = """
        folder=$1 name=$2
        trap '' INT TERM HUP
        cat >/dev/null
        for state in "$folder"/runc/*; do
          [ ! -d "$state" ] || runc --root "$folder/runc" delete --force "$(basename "$state")" 2>/dev/null
        done
        ip netns delete "$name" 2>/dev/null
        awk -v f="$folder/" 'index($2, f) == 1 { print $2 }' /proc/self/mounts | sort -r | xargs -r -n1 umount -l 2>/dev/null
        for groups in /sys/fs/cgroup/*/"$name" /sys/fs/cgroup/"$name"; do
          [ ! -d "$groups" ] || find "$groups" -depth -type d -exec rmdir {} \; 2>/dev/null
        done
        rm -rf "$folder"
        """;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    private string _name = "";
    private ChildProcess _keeper = null!;
    private int _count;

    /// <summary>What the kernel of this machine can do.</summary>
    internal NodeFacts Node { get; } = NodeFactsReader.Read();

    /// <summary>Where it all lies; tests may put files of the node here.</summary>
    public string Folder { get; private set; } = "";

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (!Environment.IsPrivilegedProcess) throw new InvalidOperationException("Tests of containers run runc, which needs root.");
        Folder = Directory.CreateTempSubdirectory("warren-runc-").FullName;
        _name = Path.GetFileName(Folder).ToLowerInvariant();
        _keeper = ChildProcess.Start("keeper of bundles", "sh", ["-c", Keeper, "sh", Folder, _name]);
        await Tool.RunAsync("ip", ["netns", "add", _name]);
        await Tool.RunAsync("ip", ["-n", _name, "link", "set", "lo", "up"]);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        _keeper.EndInput();
        await _keeper.WaitForExitAsync(s_limit);
        await _keeper.DisposeAsync();
    }

    /// <summary>Makes a bundle: a root file system with the probe alone, and the specification.</summary>
    internal async Task<RuncContainer> CreateAsync(
        ContainerSpec spec, string[] probe, Func<OciSpecInput, OciSpecInput>? change = null, ImageConfig? config = null)
    {
        var id = new ContainerId(string.Create(CultureInfo.InvariantCulture, $"c{Interlocked.Increment(ref _count)}"));
        var bundle = Directory.CreateDirectory(Path.Combine(Folder, id.Value)).FullName;
        var root = Directory.CreateDirectory(Path.Combine(bundle, "rootfs")).FullName;
        var program = await ProbeProgram.PathAsync();
        foreach (var (copy, mode) in new[] { ("probe", 0x1ED), ("suid-probe", 0x9ED) })
        {
            File.Copy(program, Path.Combine(root, copy));
            File.SetUnixFileMode(Path.Combine(root, copy), (UnixFileMode)mode);
        }
        foreach (var folder in (string[])["etc", "tmp"]) Directory.CreateDirectory(Path.Combine(root, folder));

        var input = Input(id, spec with { Command = ["/probe"], Args = [.. probe] }, config ?? new());
        input = change is null ? input : change(input);
        input = input with { NodeMounts = NodeMountRules.Read(input.Request.Mounts) };
        var result = OciSpecBuilder.Build(input);
        result.Problems.ShouldBeEmpty();
        await File.WriteAllBytesAsync(Path.Combine(bundle, "config.json"), result.Json.ToArray());
        return new(id.Value, bundle, Path.Combine(Folder, "runc"), result.Json);
    }

    private OciSpecInput Input(ContainerId id, ContainerSpec spec, ImageConfig config) => new()
    {
        Request = new()
        {
            Id = id,
            Spec = spec,
            Image = new()
            {
                Name = spec.Image,
                Digest = "sha256:00",
                ManifestDigest = "sha256:00",
                ChainId = "sha256:00",
                Config = config,
                Size = 0,
                Platforms = [],
            },
            OwnerLabels = ImmutableSortedDictionary<string, string>.Empty,
            Network = spec.Network.Mode == NetworkMode.Host ? null : new NetworkAttachment(id, $"/run/netns/{_name}", [], []),
            Hostname = spec.Hostname ?? "inside",
            LogDirectory = Folder,
        },
        Node = Node,
        CgroupsPath = $"/{_name}/{id}",
        Passwd = Passwd,
        Group = Group,
        Devices = HostDeviceReader.Read(spec.Security),
        InitPath = "/usr/bin/tini-static",
    };
}
