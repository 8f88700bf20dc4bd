using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Runtime;
using Warren.Agent.Volumes;
using Warren.TestSupport;
using Warren.Volumes;

namespace Warren.Agent.Containers.Tests.Volumes;

/// <summary>
/// NFS with a program in the place of mount(8) that mounts memory instead and keeps what it was asked: there is no NFS in the kernel of a
/// machine that runs tests.
/// </summary>
public sealed class NfsVolumeTests : IDisposable
{
    private const string Mount = "for last; do :; done; mount -t tmpfs -o size=1m test \"$last\"";

    private static readonly ContainerId s_web = new("web.1");
    private static readonly VolumeSpec s_spec = new()
    {
        Name = "shared",
        Driver = "nfs",
        Options = ImmutableSortedDictionary<string, string>.Empty.Add("server", "nas.example").Add("path", "/export/a b").Add("options", "vers=4.2,ro"),
    };

    private readonly TempFolder _root = TempFolder.Create("nfs");

    public void Dispose()
    {
        foreach (var mount in Mounts.At(_root.Path)) Mounts.Unmount(mount);
        _root.Dispose();
    }

    [Fact]
    public async Task Acquire_Nfs_MountsWithTheOptionsAndUnmountsWithTheLastUser()
    {
        var store = Open("printf '%s|' \"$@\" >>\"$here/asked\"; for last; do :; done; mount -t tmpfs -o size=1m test \"$last\"");
        var path = await store.AcquireAsync(s_spec, s_web, default);
        await store.AcquireAsync(s_spec, new ContainerId("web.2"), default);
        Mounts.At(path).ShouldBe([path]);
        (await File.ReadAllTextAsync(_root.File("asked"))).ShouldBe(
            $"-t|nfs|-o|vers=4.2,ro,soft,timeo=100,retrans=2,retry=0,nosuid,nodev|--|nas.example:/export/a b|{path}|");
        await File.WriteAllTextAsync(Path.Combine(path, "on-the-server"), "x");
        (await store.ListAsync(default)).Single().Usage!.Files.ShouldBe(1);
        await store.ReleaseAsync(s_web, default);
        Mounts.At(path).ShouldBe([path]);
        await store.ReleaseAsync(new ContainerId("web.2"), default);
        Mounts.At(path).ShouldBeEmpty();
        (await store.ListAsync(default)).Single().Usage.ShouldBeNull();
        await store.DeleteAsync("shared", default);
        Directory.Exists(_root.File("volumes/shared")).ShouldBeFalse();
    }

    [Fact]
    public async Task Acquire_ServerRefuses_GivesItsWords()
    {
        var failure = await Should.ThrowAsync<VolumeException>(
            () => Open("echo 'mount.nfs: access denied by server' >&2; exit 32").AcquireAsync(s_spec, s_web, default));
        (failure.Fault, failure.Message).ShouldBe((VolumeFault.Failed, "the volume shared was not mounted from nas.example:/export/a b with the options "
            + "vers=4.2,ro,soft,timeo=100,retrans=2,retry=0,nosuid,nodev: mount.nfs: access denied by server"));
    }

    [Fact]
    public async Task Acquire_ServerAway_IsGivenUp()
    {
        var failure = await Should.ThrowAsync<VolumeException>(
            () => Open("exec sleep 1000", TimeSpan.FromMilliseconds(300)).AcquireAsync(s_spec, s_web, default).WaitAsync(TimeSpan.FromSeconds(60)));
        failure.Message.ShouldEndWith("did not end within 0.3 s; check that the server answers");
    }

    [Fact]
    public async Task Acquire_WithoutTheHelper_NamesThePackage()
    {
        var failure = await Should.ThrowAsync<VolumeException>(() => Open("exit 0", helper: "/nowhere/mount.nfs").AcquireAsync(s_spec, s_web, default));
        failure.Message.ShouldBe("the volume shared was not mounted: /nowhere/mount.nfs is missing; install the Debian package nfs-common on this node");
    }

    [Fact]
    public async Task Release_UnmountHangs_LetsGoLazily()
    {
        var path = await Open(Mount).AcquireAsync(s_spec, s_web, default);
        var hanging = Open(Mount, TimeSpan.FromSeconds(5), unmount: "if [ \"$1\" = --lazy ]; then exec umount \"$@\"; fi; exec sleep 1000");
        await hanging.ReleaseAsync(s_web, default);
        Mounts.At(path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Sweep_LeftMountedByACrash_IsUnmounted()
    {
        var path = await Open(Mount).AcquireAsync(s_spec, s_web, default);
        var record = _root.File("volumes/shared/volume.json");
        // The agent ended after it had written the record and before it had unmounted.
        await File.WriteAllTextAsync(record, System.Text.RegularExpressions.Regex.Replace(await File.ReadAllTextAsync(record), "\"web.1\"", ""));
        await Open(Mount).SweepAsync(new HashSet<ContainerId>(), default);
        Mounts.At(path).ShouldBeEmpty();
    }

    private VolumeStore Open(string mount, TimeSpan? limit = null, string helper = "/bin/true", string unmount = "exec umount \"$@\"")
    {
        var options = new VolumeStoreOptions { Root = _root.File("volumes") };
        var nfs = new NfsOptions
        {
            MountProgram = Script("mount", mount),
            UnmountProgram = Script("umount", unmount),
            Helper = helper,
            Limit = limit ?? TimeSpan.FromSeconds(30),
        };
        return new VolumeStore(options, [new NfsVolumeDriver(options, nfs, TimeProvider.System)], NullLogger<VolumeStore>.Instance);
    }

    private string Script(string name, string text)
    {
        var path = _root.File($"{name}.sh");
        File.WriteAllText(path, $"#!/bin/sh\nhere={_root.Path}\n{text}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
