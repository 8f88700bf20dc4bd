using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Runtime;
using Warren.Agent.Volumes;
using Warren.TestSupport;
using Warren.TestSupport.Processes;
using Warren.Volumes;

namespace Warren.Agent.Containers.Tests.Volumes;

public sealed class VolumeStoreTests : IDisposable
{
    private static readonly ContainerId s_web = new("web.1"), s_db = new("db.1");
    private static readonly VolumeSpec s_plain = new() { Name = "data" };
    private static readonly VolumeSpec s_memory = new()
    {
        Name = "cache",
        Options = ImmutableSortedDictionary<string, string>.Empty.Add("type", "tmpfs").Add("size", "1048576").Add("mode", "0750").Add("uid", "33").Add("gid", "44"),
    };

    private readonly TempFolder _root = TempFolder.Create("volumes");

    public void Dispose()
    {
        foreach (var mount in Mounts.At(_root.Path)) Mounts.Unmount(mount);
        _root.Dispose();
    }

    [Fact]
    public async Task Acquire_First_MakesAFolderWithModeAndOwner()
    {
        var spec = s_plain with { Options = s_memory.Options.Remove("type").Remove("size") };
        var path = await Open().AcquireAsync(spec, s_web, default);
        (await StatAsync(path)).ShouldBe("750 33 44 directory");
        (await Open().AcquireAsync(s_plain with { Name = "other" }, s_web, default)).ShouldBe(_root.File("other/data"));
        (await StatAsync(_root.File("other/data"))).ShouldBe("755 0 0 directory");
    }

    [Fact]
    public async Task Acquire_Again_KeepsFilesAndWhatTheUserChanged()
    {
        var path = await Open().AcquireAsync(s_plain, s_web, default);
        await File.WriteAllTextAsync(Path.Combine(path, "a"), "b");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        (await Open().AcquireAsync(s_plain, s_db, default)).ShouldBe(path);
        (await StatAsync(path)).ShouldBe("700 0 0 directory");
        (await File.ReadAllTextAsync(Path.Combine(path, "a"))).ShouldBe("b");
        (await ListAsync()).ShouldBe("data used by db.1,web.1");
    }

    [Fact]
    public async Task Acquire_Memory_MountsWithItsLimitAndStaysWhenUnused()
    {
        var store = Open();
        var path = await store.AcquireAsync(s_memory, s_web, default);
        (await StatAsync(path)).ShouldBe("750 33 44 directory");
        Mounts.At(path).ShouldBe([path]);
        Should.Throw<IOException>(() => File.WriteAllBytes(Path.Combine(path, "big"), new byte[2 * 1024 * 1024])).Message.ShouldContain("No space left");
        await File.WriteAllTextAsync(Path.Combine(path, "big"), "small");
        await store.ReleaseAsync(s_web, default);
        (await Open().AcquireAsync(s_memory, s_db, default)).ShouldBe(path);
        Mounts.At(path).ShouldBe([path]);
        (await File.ReadAllTextAsync(Path.Combine(path, "big"))).ShouldBe("small");
        await store.ReleaseAsync(s_db, default);
        await store.DeleteAsync("cache", default);
        Mounts.At(_root.Path).ShouldBeEmpty();
        Directory.Exists(_root.File("cache")).ShouldBeFalse();
    }

    [Fact]
    public async Task Acquire_MemoryAfterAReboot_MountsAgain()
    {
        var path = await Open().AcquireAsync(s_memory, s_web, default);
        Mounts.Unmount(path);
        (await Open().AcquireAsync(s_memory, s_web, default)).ShouldBe(path);
        Mounts.At(path).ShouldBe([path]);
    }

    [Fact]
    public async Task Acquire_ThroughALinkedRoot_MountsOnce()
    {
        Directory.CreateSymbolicLink(_root.File("link"), Directory.CreateDirectory(_root.File("real")).FullName);
        for (var i = 0; i < 2; i++) await Open(_root.File("link")).AcquireAsync(s_memory, s_web, default);
        Mounts.At(_root.Path).ShouldBe([_root.File("real/cache/data")]);
    }

    [Fact]
    public async Task Acquire_OtherSettings_IsAConflict()
    {
        await Open().AcquireAsync(s_plain with { Options = ImmutableSortedDictionary<string, string>.Empty.Add("mode", "0700") }, s_web, default);
        var options = await Should.ThrowAsync<VolumeException>(() => Open().AcquireAsync(s_plain with { Options = ImmutableSortedDictionary<string, string>.Empty.Add("uid", "1") }, s_db, default));
        options.Fault.ShouldBe(VolumeFault.Conflict);
        options.Message.ShouldContain("options.mode: '0700' there, not given asked for; options.uid: not given there, '1' asked for");
        var driver = await Should.ThrowAsync<VolumeException>(() => Open().AcquireAsync(Nfs, s_db, default));
        driver.Message.ShouldContain("driver: 'local' there, 'nfs' asked for");
        (await ListAsync()).ShouldBe("data used by web.1");
    }

    [Theory]
    [InlineData("../x", "local", "is no name of a volume")]
    [InlineData("x", "ceph", "driver: must be one of local, nfs, was 'ceph'")]
    [InlineData("x", "nfs", "options.server: must be")]
    public async Task Acquire_Invalid_IsRefusedAndLeavesNothing(string name, string driver, string message)
    {
        var failure = await Should.ThrowAsync<VolumeException>(() => Open().AcquireAsync(new VolumeSpec { Name = name, Driver = driver }, s_web, default));
        failure.Fault.ShouldBe(VolumeFault.Invalid);
        failure.Message.ShouldContain(message);
        Directory.GetFileSystemEntries(_root.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_InUse_NamesTheUsers()
    {
        var store = Open();
        await store.AcquireAsync(s_plain, s_web, default);
        await store.AcquireAsync(s_plain, s_db, default);
        var failure = await Should.ThrowAsync<VolumeException>(() => store.DeleteAsync("data", default));
        (failure.Fault, failure.Message).ShouldBe((VolumeFault.InUse, "the volume data is used by db.1, web.1; remove those containers first"));
        await store.ReleaseAsync(s_db, default);
        await store.ReleaseAsync(s_db, default);
        await Should.ThrowAsync<VolumeException>(() => store.DeleteAsync("data", default));
        await store.ReleaseAsync(s_web, default);
        await store.DeleteAsync("data", default);
        await store.DeleteAsync("data", default);
        Directory.GetFileSystemEntries(_root.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_WithAForeignMountInside_TouchesNothing()
    {
        var store = Open();
        var path = await store.AcquireAsync(s_plain, s_web, default);
        await store.ReleaseAsync(s_web, default);
        var inside = Directory.CreateDirectory(Path.Combine(path, "inside")).FullName;
        Mounts.Mount("test", inside, "tmpfs", 0, "size=1m");
        await File.WriteAllTextAsync(Path.Combine(inside, "precious"), "x");
        (await Should.ThrowAsync<VolumeException>(() => store.DeleteAsync("data", default))).Message.ShouldContain($"something is mounted on {inside}; unmount it first");
        File.Exists(Path.Combine(inside, "precious")).ShouldBeTrue();
        Mounts.Unmount(inside);
        (await Open().SweepAsync(new HashSet<ContainerId>(), default)).ShouldBe(["volume data, whose deletion was cut short"]);
        Directory.Exists(_root.File("data")).ShouldBeFalse();
    }

    [Fact]
    public async Task List_Usage_CountsHardLinksOnceAndFollowsNoLinks()
    {
        var path = await Open().AcquireAsync(s_plain, s_web, default);
        var folder = Directory.CreateDirectory(Path.Combine(path, "folder")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "a"), new byte[64 * 1024]);
        await using (var ln = ChildProcess.Start("ln", "ln", [Path.Combine(folder, "a"), Path.Combine(path, "b")])) (await ln.Exited).ShouldBe(0);
        Directory.CreateSymbolicLink(Path.Combine(path, "out"), "/usr");
        var usage = (await Open().ListAsync(default)).Single().Usage!;
        usage.Files.ShouldBe(4);
        usage.Bytes.ShouldBeInRange(64 * 1024, 64 * 1024 + 8192);
    }

    [Fact]
    public async Task Sweep_UsesOfContainersThatAreGone_End()
    {
        var store = Open();
        await store.AcquireAsync(s_plain, s_web, default);
        await store.AcquireAsync(s_plain, s_db, default);
        (await store.SweepAsync(new HashSet<ContainerId> { s_db }, default)).ShouldBe(["use of volume data by web.1"]);
        (await ListAsync()).ShouldBe("data used by db.1");
    }

    [Fact]
    public async Task Crash_BetweenFolderAndRecord_IsRepairedByTheNextUse()
    {
        // What is left of a record that was being written, and a folder without its mode yet.
        Directory.CreateDirectory(_root.File("data/data.new"));
        await File.WriteAllTextAsync(_root.File("data/volume.json.new"), "{ \"na");
        (await ListAsync()).ShouldBe("");
        var path = await Open().AcquireAsync(s_plain, s_web, default);
        (await StatAsync(path)).ShouldBe("755 0 0 directory");
        (await ListAsync()).ShouldBe("data used by web.1");
    }

    [Fact]
    public async Task Crash_InTheMiddleOfDeletion_IsFinishedByTheNextUseWithEmptyFiles()
    {
        var store = Open();
        var path = await store.AcquireAsync(s_plain, s_web, default);
        await File.WriteAllTextAsync(Path.Combine(path, "old"), "x");
        await store.ReleaseAsync(s_web, default);
        var record = await File.ReadAllTextAsync(_root.File("data/volume.json"));
        await File.WriteAllTextAsync(_root.File("data/volume.json"), record.Replace("\"isDeleting\": false", "\"isDeleting\": true", StringComparison.Ordinal));
        (await ListAsync()).ShouldBe("");
        Directory.GetFileSystemEntries(await Open().AcquireAsync(s_plain, s_db, default)).ShouldBeEmpty();
        (await ListAsync()).ShouldBe("data used by db.1");
    }

    [Fact]
    public async Task Record_Unreadable_IsNamedAndOthersAreStillLetGo()
    {
        var store = Open();
        await store.AcquireAsync(s_plain, s_web, default);
        await store.AcquireAsync(s_plain with { Name = "zzz" }, s_web, default);
        await File.WriteAllTextAsync(_root.File("data/volume.json"), "nonsense");
        (await Should.ThrowAsync<VolumeException>(() => store.ReleaseAsync(s_web, default))).Message.ShouldContain(_root.File("data/volume.json"));
        (await File.ReadAllTextAsync(_root.File("zzz/volume.json"))).ShouldContain("\"users\": []");
    }

    [Fact]
    public async Task Subpath_Inside_IsBoundWhateverComesThere()
    {
        var store = Open();
        var path = await store.AcquireAsync(s_plain, s_web, default);
        Directory.CreateDirectory(Path.Combine(path, "a/b"));
        await File.WriteAllTextAsync(Path.Combine(path, "a/b/file"), "inside");
        var bound = await store.BindSubpathAsync("data", s_web, "a/b", default);
        // The place is exchanged for a link after the check, as an attacker would.
        Directory.Move(Path.Combine(path, "a/b"), Path.Combine(path, "moved"));
        Directory.CreateSymbolicLink(Path.Combine(path, "a/b"), "/etc");
        Directory.GetFiles(bound).Select(file => Path.GetFileName(file)).ShouldBe(["file"]);
        (await store.BindSubpathAsync("data", s_web, "a/b", default)).ShouldBe(bound);
        var file = await store.BindSubpathAsync("data", s_web, "moved/file", default);
        (await File.ReadAllTextAsync(file)).ShouldBe("inside");
        await store.ReleaseAsync(s_web, default);
        Mounts.At(_root.Path).ShouldBeEmpty();
        Directory.GetDirectories(_root.File("data/subpaths")).ShouldBeEmpty();
        File.Exists(Path.Combine(path, "moved/file")).ShouldBeTrue();
        await store.DeleteAsync("data", default);
    }

    [Theory]
    [InlineData("nowhere", "there is no such file or folder in the volume")]
    [InlineData("../..", "it leads out of the volume")]
    [InlineData("out", "it leads out of the volume")]
    [InlineData("out/passwd", "it leads out of the volume")]
    [InlineData("up/x", "it leads out of the volume")]
    [InlineData("/etc", "it must be a path relative to the volume's root")]
    public async Task Subpath_Outside_IsRefused(string subpath, string reason)
    {
        var store = Open();
        var path = await store.AcquireAsync(s_plain, s_web, default);
        Directory.CreateSymbolicLink(Path.Combine(path, "out"), "/etc");
        Directory.CreateSymbolicLink(Path.Combine(path, "up"), "../..");
        var failure = await Should.ThrowAsync<VolumeException>(() => store.BindSubpathAsync("data", s_web, subpath, default));
        (failure.Fault, failure.Message).ShouldBe((VolumeFault.Invalid, $"'{subpath}' of the volume data cannot be mounted: {reason}"));
        Mounts.At(_root.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Acquire_FullDisk_SaysSo()
    {
        await using var disk = await SmallDisk.MountAsync(1);
        disk.Fill();
        var store = Open(Path.Combine(disk.Folder, "volumes"));
        (await Should.ThrowAsync<VolumeException>(() => store.AcquireAsync(s_plain, s_web, default))).Fault.ShouldBe(VolumeFault.NoSpace);
        disk.Free();
        Directory.Exists(await store.AcquireAsync(s_plain, s_web, default)).ShouldBeTrue();
    }

    private static VolumeSpec Nfs => new()
    {
        Name = "data",
        Driver = "nfs",
        Options = ImmutableSortedDictionary<string, string>.Empty.Add("server", "nas").Add("path", "/export"),
    };

    private VolumeStore Open(string? root = null)
    {
        var options = new VolumeStoreOptions { Root = root ?? _root.Path };
        return new VolumeStore(
            options, [new LocalVolumeDriver(options, TimeProvider.System), new NfsVolumeDriver(options, new NfsOptions(), TimeProvider.System)],
            NullLogger<VolumeStore>.Instance);
    }

    private async Task<string> ListAsync() =>
        string.Join('|', (await Open().ListAsync(default)).Select(volume => $"{volume.Spec.Name} used by {string.Join(',', volume.Users)}"));

    private static async Task<string> StatAsync(string path)
    {
        await using var stat = ChildProcess.Start("stat", "stat", ["-c", "%a %u %g %F", path]);
        return await stat.LineAsync("", TimeSpan.FromSeconds(30));
    }
}
