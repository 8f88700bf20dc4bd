using System.Collections.Immutable;
using System.Text;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Oci;
using Warren.Containers;

namespace Warren.Agent.Containers.Tests.Oci;

/// <summary>Secrets and configs, as the processes of a container find them, and as they lie on the node.</summary>
public sealed class ContainerFilesTests(RuncBundles bundles) : IClassFixture<RuncBundles>, IAsyncLifetime
{
    private const long Limit = 1 << 20;

    private static readonly ContainerSpec s_plain = new() { Image = "example.test/probe:1" };
    private static readonly ContainerId s_id = new("web.1");

    private readonly string _folder = Path.Combine(bundles.Folder, "files", Path.GetRandomFileName());

    private ContainerFiles Files => new(_folder, Limit, bundles.Node.TmpfsWithoutSwap);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Files.SweepAsync(ImmutableHashSet<ContainerId>.Empty);

    [Fact]
    public async Task Write_FilesOfAllKinds_AreReadInsideWithModeAndOwner()
    {
        var mounts = await Files.WriteAsync(
            s_id, [Text("/run/secrets/key", "s3cret", 0x100, 1000, 1001), Text("/etc/app/config", "a=b", 0x1A4, 0, 50), Text("/top", "t")], default);

        mounts.Select(mount => mount.Target).ShouldBe(["/etc/app/config", "/run/secrets", "/top"]);
        (await DoAsync(mounts, "read", "/run/secrets/key")).Content().ShouldBe("s3cret");
        var key = await DoAsync(mounts, "stat", "/run/secrets/key");
        (key.Text("mode"), key.Number("uid"), key.Number("gid")).ShouldBe(("0400", 1000, 1001));
        (await DoAsync(mounts, "read", "/etc/app/config")).Content().ShouldBe("a=b");
        (await DoAsync(mounts, "stat", "/etc/app/config")).Number("gid").ShouldBe(50);
        (await DoAsync(mounts, "write", "/run/secrets/key")).Outcome().ShouldBe("EROFS");
        (await DoAsync(mounts, "write", "/run/secrets/new")).Outcome().ShouldBe("EROFS");
        (await DoAsync(mounts, "write", "/top")).Outcome().ShouldBe("EROFS");
    }

    [Fact]
    public async Task Write_OwnerOtherThanTheUser_CannotBeReadByIt()
    {
        var mounts = await Files.WriteAsync(s_id, [Text("/run/secrets/mine", "m", 0x100, 1000), Text("/run/secrets/root", "r", 0x100)], default);
        var container = await bundles.CreateAsync(s_plain with { User = "web" }, ["trap"], With(mounts));
        await using var process = await container.StartAsync();

        (await container.DoAsync("read", "/run/secrets/mine")).Content().ShouldBe("m");
        (await container.DoAsync("read", "/run/secrets/root")).Outcome().ShouldBe("EACCES");
        await container.SignalAsync("KILL");
    }

    [Fact]
    public async Task Write_Anything_LiesInMemoryThatOnlyRootEnters()
    {
        await Files.WriteAsync(s_id, [Text("/run/secrets/key", "s3cret")], default);

        var mount = (await File.ReadAllLinesAsync("/proc/self/mountinfo")).Select(MountLine.Parse).Single(line => line.Target == $"{_folder}/web.1");
        mount.Type.ShouldBe("tmpfs");
        mount.Options.ShouldBe(["rw", "nosuid", "nodev", "noexec", "relatime"]);
        mount.Super.ShouldContain("size=1024k");
        mount.Super.ShouldContain("mode=700");
        if (bundles.Node.TmpfsWithoutSwap) mount.Super.ShouldContain("noswap");
    }

    [Fact]
    public async Task Replace_InAFolder_IsSeenByTheRunningContainer()
    {
        var mounts = await Files.WriteAsync(s_id, [Text("/run/secrets/key", "old")], default);
        var container = await bundles.CreateAsync(s_plain, ["trap"], With(mounts));
        await using var process = await container.StartAsync();

        // Another agent: what it needs is on the node.
        (await Files.ReplaceAsync(s_id, Text("/run/secrets/key", "new", 0x120, 7, 8), default)).ShouldBeTrue();

        (await container.DoAsync("read", "/run/secrets/key")).Content().ShouldBe("new");
        var stat = await container.DoAsync("stat", "/run/secrets/key");
        (stat.Text("mode"), stat.Number("uid"), stat.Number("gid")).ShouldBe(("0440", 7, 8));
        (await container.DoAsync("list", "/run/secrets"))["names"].Strings().ShouldBe(["key"]);
        await container.SignalAsync("KILL");
    }

    [Fact]
    public async Task Replace_MountedByItselfOrMissing_DoesNothing()
    {
        await Files.WriteAsync(s_id, [Text("/etc/config", "old")], default);

        (await Files.ReplaceAsync(s_id, Text("/etc/config", "new"), default)).ShouldBeFalse();
        (await Files.ReplaceAsync(s_id, Text("/run/secrets/none", "new"), default)).ShouldBeFalse();
        (await Files.ReplaceAsync(new("other.1"), Text("/run/secrets/none", "new"), default)).ShouldBeFalse();

        (await File.ReadAllTextAsync($"{_folder}/web.1/etc/config")).ShouldBe("old");
    }

    [Fact]
    public async Task Write_MoreThanTheLimit_FailsWithTheFileAndKeepsWhatWasThere()
    {
        await Files.WriteAsync(s_id, [Text("/run/secrets/key", "old")], default);

        var failure = await Should.ThrowAsync<IOException>(
            () => Files.ReplaceAsync(s_id, new("/run/secrets/key", new byte[2 * Limit], 0x100, 0, 0), default));

        failure.Message.ShouldStartWith("cannot write the container's file /run/secrets/key (2097152 bytes; all of its files may take 1048576): ");
        Directory.GetFiles($"{_folder}/web.1/run/secrets").ShouldBe([$"{_folder}/web.1/run/secrets/key"]);
        (await File.ReadAllTextAsync($"{_folder}/web.1/run/secrets/key")).ShouldBe("old");
    }

    [Fact]
    public async Task Write_Again_ReplacesOnTheSameMount()
    {
        await Files.WriteAsync(s_id, [Text("/run/secrets/key", "1")], default);
        await Files.WriteAsync(s_id, [Text("/run/secrets/key", "2")], default);

        (await File.ReadAllTextAsync($"{_folder}/web.1/run/secrets/key")).ShouldBe("2");
        (await File.ReadAllLinesAsync("/proc/self/mountinfo")).Select(MountLine.Parse).Count(line => line.Target == $"{_folder}/web.1").ShouldBe(1);
    }

    [Fact]
    public async Task Write_NoFiles_MountsNothing()
    {
        (await Files.WriteAsync(s_id, [], default)).ShouldBeEmpty();

        Directory.Exists(_folder).ShouldBeFalse();
    }

    [Fact]
    public async Task Remove_Twice_LeavesNothing()
    {
        await Files.WriteAsync(s_id, [Text("/run/secrets/key", "1")], default);

        await Files.RemoveAsync(s_id);
        await Files.RemoveAsync(s_id);

        Directory.GetFileSystemEntries(_folder).ShouldBeEmpty();
        MountTable.IsMountPoint($"{_folder}/web.1").ShouldBeFalse();
    }

    [Fact]
    public async Task Sweep_Leftovers_RemovesAllButTheKept()
    {
        await Files.WriteAsync(s_id, [Text("/run/secrets/key", "1")], default);
        await Files.WriteAsync(new("gone.1"), [Text("/run/secrets/key", "1")], default);
        // As a crash between the two steps of writing, or of removing, leaves it.
        Directory.CreateDirectory($"{_folder}/half.1");

        (await Files.SweepAsync(ImmutableHashSet.Create(s_id))).Order().ShouldBe(
        [
            $"the files at {_folder}/gone.1, of a container that does not exist",
            $"the files at {_folder}/half.1, of a container that does not exist",
        ]);

        Directory.GetDirectories(_folder).ShouldBe([$"{_folder}/web.1"]);
        (await Files.SweepAsync(ImmutableHashSet.Create(s_id))).ShouldBeEmpty();
    }

    private static ContainerFile Text(string target, string content, int mode = 0x124, int uid = 0, int gid = 0) =>
        new(target, Encoding.UTF8.GetBytes(content), mode, uid, gid);

    private static Func<OciSpecInput, OciSpecInput> With(ImmutableArray<ContainerMount> mounts) =>
        input => input with { Request = input.Request with { Mounts = mounts } };

    private async Task<System.Text.Json.Nodes.JsonNode> DoAsync(ImmutableArray<ContainerMount> mounts, params string[] command) =>
        await (await bundles.CreateAsync(s_plain, ["do", .. command], With(mounts))).RunAsync();
}
