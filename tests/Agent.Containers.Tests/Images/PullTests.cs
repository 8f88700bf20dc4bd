using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Warren.Agent.Images;
using Warren.Containers;
using Warren.Images;
using Warren.Images.Formats;
using Warren.TestSupport.Containers;

namespace Warren.Agent.Containers.Tests.Images;

/// <summary>Pulls from Debian's registry into containerd.</summary>
[Collection(ImagesCollection.Name)]
public sealed class PullTests(ImagesFixture fixture)
{
    [Theory]
    [InlineData(LayerPacking.Gzip)]
    [InlineData(LayerPacking.Zstd)]
    [InlineData(LayerPacking.Plain)]
    public async Task Pull_AnyPacking_IsUnpackedAndFoundAgain(LayerPacking packing)
    {
        var repository = fixture.NewRepository();
        var made = TestImage.Create(
            "x", [TestLayers.Random(100_000, "one"), TestLayers.Random(1000, "two"), TestLayers.Random(10, "three")],
            new JsonObject { ["Cmd"] = new JsonArray("/bin/web", "-v"), ["Env"] = new JsonArray("A=1"), ["User"] = "web" });
        var pushed = await fixture.Registry.PushAsync(repository, "1", made, packing);
        await using var store = fixture.CreateStore();
        var progress = new ProgressRecorder();

        var image = await store.PullAsync(fixture.Reference(repository), fixture.Credentials, progress, CancellationToken.None);

        image.Name.ShouldBe($"{fixture.Registry.Host}/{repository}:1");
        image.Digest.ShouldBe(pushed.Digest);
        image.ManifestDigest.ShouldBe(pushed.Digest);
        image.ChainId.ShouldBe(made.ChainId);
        image.Config.Cmd.ShouldBe(["/bin/web", "-v"]);
        image.Config.User.ShouldBe("web");
        image.Size.ShouldBe(pushed.Manifest.Length + made.Config.Length + pushed.Layers.Sum(layer => layer.Length));
        image.Platforms.ShouldBe([$"linux/{TestPlatform.Architecture}"]);
        progress.Seen[^1].ShouldBe(new(PullPhase.Done, 3, 3, image.Size - pushed.Manifest.Length, image.Size - pushed.Manifest.Length));
        await using (var view = await SnapshotView.MountAsync(fixture.Connection, image.ChainId))
            new FileInfo(view.PathOf("one")).Length.ShouldBe(100_000);

        // Another life of the agent finds it without asking anybody.
        await using var later = fixture.CreateStore();
        (await later.FindAsync(fixture.Reference(repository), CancellationToken.None)).ShouldBeLike(image);
        (await later.FindAsync(ImageReferences.Parse($"else.example/web@{image.Digest}"), CancellationToken.None))!.Name.ShouldBe(image.Name);
        (await later.FindAsync(fixture.Reference(repository, "2"), CancellationToken.None)).ShouldBeNull();
        await fixture.ShouldHoldNoLeftoversAsync();
    }

    [Fact]
    public async Task Pull_Layers_KeepWhiteoutsLinksModesOwnersAndAttributes()
    {
        var repository = fixture.NewRepository();
        var low = new TestLayer()
            .Folder("data").File("data/old", "old").File("data/kept", "kept").Folder("opaque").File("opaque/below", "1")
            .File("bin/su", "x", mode: 0x9ED).Folder("drop", mode: 0x3FF).File("own", "x", uid: 1234, gid: 4321)
            .Link("link", "own").Entry(new PaxTarEntry(TarEntryType.HardLink, "hard") { LinkName = "own", Uid = 1234, Gid = 4321 })
            .Entry(new PaxTarEntry(TarEntryType.RegularFile, "attr", [KeyValuePair.Create("SCHILY.xattr.user.note", "hello")]));
        var high = new TestLayer().File("data/.wh.old", "").File("opaque/.wh..wh..opq", "").File("opaque/above", "2");
        await fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", [low, high]));
        await using var store = fixture.CreateStore();
        var image = await store.PullAsync(fixture.Reference(repository), fixture.Credentials, null, CancellationToken.None);

        await using var view = await SnapshotView.MountAsync(fixture.Connection, image.ChainId);
        Directory.EnumerateFileSystemEntries(view.PathOf("data")).Select(Path.GetFileName).ShouldBe(["kept"]);
        Directory.EnumerateFileSystemEntries(view.PathOf("opaque")).Select(Path.GetFileName).ShouldBe(["above"]);
        (await view.StatAsync("bin/su", "%a")).ShouldBe("4755");
        (await view.StatAsync("drop", "%a")).ShouldBe("1777");
        (await view.StatAsync("own", "%u:%g %h")).ShouldBe("1234:4321 2");
        (await view.StatAsync("hard", "%i")).ShouldBe(await view.StatAsync("own", "%i"));
        (await view.StatAsync("link", "%N")).ShouldEndWith("-> 'own'");
        (await Warren.TestSupport.Processes.Tool.RunAsync("python3", "-c", "import os,sys; print(os.getxattr(sys.argv[1], 'user.note').decode())", view.PathOf("attr")))
            .Trim().ShouldBe("hello");
    }

    [Fact]
    public async Task Pull_DockerTypes_IsUnpacked()
    {
        var repository = fixture.NewRepository();
        var packed = await PackedImage.PackForDockerAsync(TestImage.Create("x", [TestLayers.Random(1000), TestLayers.Random(10, "b")]), LayerPacking.Gzip, LayerPacking.Plain);
        await fixture.Registry.PushAsync(repository, "1", packed);
        await using var store = fixture.CreateStore();
        var image = await store.PullAsync(fixture.Reference(repository), fixture.Credentials, null, CancellationToken.None);
        image.Digest.ShouldBe(packed.Digest);
        image.ChainId.ShouldBe(packed.Image.ChainId);
    }

    [Fact]
    public async Task Pull_Index_TakesTheVariantOfTheMachine()
    {
        var repository = fixture.NewRepository();
        var (arm6, arm7, riscv) = (await PackAsync("arm"), await PackAsync("arm"), await PackAsync("riscv64"));
        var digest = await fixture.Registry.PushIndexAsync(repository, "1", ("linux/arm/v6", arm6), ("linux/riscv64", riscv), ("linux/arm/v7", arm7));

        await using var store = fixture.CreateStore(platforms: PlatformMatcher.For(new("linux", "arm", "v7")));
        var image = await store.PullAsync(fixture.Reference(repository), fixture.Credentials, null, CancellationToken.None);
        image.Digest.ShouldBe(digest);
        image.ManifestDigest.ShouldBe(arm7.Digest);
        image.ChainId.ShouldBe(arm7.Image.ChainId);
        image.Platforms.ShouldBe(["linux/arm/v6", "linux/riscv64", "linux/arm/v7"]);
        (await store.FindAsync(fixture.Reference(repository), CancellationToken.None)).ShouldBeLike(image);
        (await fixture.ContentAsync()).ShouldNotContain(riscv.Digest);

        await using var other = fixture.CreateStore(platforms: PlatformMatcher.For(new("linux", "s390x")));
        var failure = await FailAsync(other, fixture.Reference(repository));
        failure.Fault.ShouldBe(ImageFault.WrongPlatform);
        failure.Message.ShouldContain("linux/arm/v6, linux/riscv64, linux/arm/v7");
    }

    [Fact]
    public async Task Pull_ManifestForAnotherPlatform_IsTheWrongPlatformAndLeavesNothing()
    {
        var repository = fixture.NewRepository();
        var packed = await PackAsync("s390x");
        await fixture.Registry.PushAsync(repository, "1", packed);
        await using var store = fixture.CreateStore();
        var failure = await FailAsync(store, fixture.Reference(repository));
        failure.Fault.ShouldBe(ImageFault.WrongPlatform);
        failure.Message.ShouldContain("linux/s390x");
        (await fixture.ContentAsync()).ShouldNotContain(TestImage.DigestOf(packed.Image.Config));
        await fixture.ShouldHoldNoLeftoversAsync();
    }

    [Fact]
    public async Task Pull_UnknownTagOrRepository_IsNotFound()
    {
        var repository = fixture.NewRepository();
        await fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", [TestLayers.Random(10)]));
        await using var store = fixture.CreateStore();
        var failure = await FailAsync(store, fixture.Reference(repository, "2"));
        failure.Fault.ShouldBe(ImageFault.NotFound);
        failure.Message.ShouldContain($"{fixture.Registry.Host}/{repository}:2");
        (await FailAsync(store, fixture.Reference("team/nothing"))).Fault.ShouldBe(ImageFault.NotFound);
    }

    [Fact]
    public async Task Pull_WithoutOrWithWrongCredentials_IsUnauthorizedAndTheFileHelps()
    {
        var repository = fixture.NewRepository();
        await fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", [TestLayers.Random(10)]));
        await using var store = fixture.CreateStore();
        (await FailAsync(store, fixture.Reference(repository), PullOptions.Default)).Fault.ShouldBe(ImageFault.Unauthorized);
        (await FailAsync(store, fixture.Reference(repository), new() { Credentials = new("ann", "wrong") })).Fault.ShouldBe(ImageFault.Unauthorized);
        fixture.PutCredentials(fixture.Registry.Host, fixture.Registry.User, fixture.Registry.Password);
        try
        {
            await store.PullAsync(fixture.Reference(repository), PullOptions.Default, null, CancellationToken.None);
        }
        finally
        {
            fixture.PutCredentials("nowhere.example", "a", "b");
        }
    }

    [Fact]
    public async Task Pull_DamagedBlob_IsADigestMismatchAndAWholeOneLaterIsTaken()
    {
        var repository = fixture.NewRepository();
        var pushed = await fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", [TestLayers.Random(50_000), TestLayers.Random(50_000, "b")]));
        var file = fixture.Registry.FileOf(TestImage.DigestOf(pushed.Layers[1]));
        var damaged = (byte[])pushed.Layers[1].Clone();
        damaged[^10] ^= 1;
        await File.WriteAllBytesAsync(file, damaged);
        await using var store = fixture.CreateStore();
        var failure = await FailAsync(store, fixture.Reference(repository));
        failure.Fault.ShouldBe(ImageFault.DigestMismatch, failure.Message);
        failure.Message.ShouldContain(TestImage.DigestOf(pushed.Layers[1]));
        (await store.FindAsync(fixture.Reference(repository), CancellationToken.None)).ShouldBeNull();
        (await fixture.ContentAsync()).ShouldNotContain(TestImage.DigestOf(damaged));

        await File.WriteAllBytesAsync(file, pushed.Layers[1]);
        (await store.PullAsync(fixture.Reference(repository), fixture.Credentials, null, CancellationToken.None)).ChainId.ShouldBe(pushed.Image.ChainId);
        await fixture.ShouldHoldNoLeftoversAsync();
    }

    [Fact]
    public async Task Pull_LayerThatTheConfigDenies_IsADigestMismatch()
    {
        var repository = fixture.NewRepository();
        var told = TestImage.Create("x", [TestLayers.Random(1000)]);
        var other = TestImage.Create("x", [TestLayers.Random(1000)]);
        var manifest = JsonNode.Parse((await PackedImage.PackAsync(told)).Manifest)!;
        var layer = await PackedImage.PackAsync(other);
        manifest["layers"]![0] = JsonNode.Parse(layer.Manifest)!["layers"]![0]!.DeepClone();
        await fixture.Registry.PushAsync(repository, "told", told);
        await fixture.Registry.PushAsync(repository, "other", layer);
        await fixture.Registry.PushManifestAsync(repository, "1", JsonSerializer.SerializeToUtf8Bytes(manifest), OciMediaTypes.Manifest);
        await using var store = fixture.CreateStore();
        (await FailAsync(store, fixture.Reference(repository))).Fault.ShouldBe(ImageFault.DigestMismatch);
        (await fixture.SnapshotsAsync()).ShouldNotContain(told.ChainId);
        await fixture.ForgetBrokenPullsAsync();
    }

    [Fact]
    public async Task Pull_LayerThatIsNoTar_IsMalformed()
    {
        var repository = fixture.NewRepository();
        var noise = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(repository, 500)));
        var image = await PackedImage.PackAsync(TestImage.Create("x", [TestLayers.Random(1000)]));
        await fixture.Registry.PushAsync(repository, "base", image);
        await fixture.Registry.PushBlobAsync(repository, noise);
        var manifest = JsonNode.Parse(image.Manifest)!;
        manifest["layers"]![0]!["digest"] = TestImage.DigestOf(noise);
        manifest["layers"]![0]!["size"] = noise.Length;
        await fixture.Registry.PushManifestAsync(repository, "1", JsonSerializer.SerializeToUtf8Bytes(manifest), OciMediaTypes.Manifest);
        await using var store = fixture.CreateStore();
        (await FailAsync(store, fixture.Reference(repository))).Fault.ShouldBe(ImageFault.Malformed);
        await fixture.ShouldHoldNoLeftoversAsync();
    }

    [Fact]
    public async Task Pull_Artifact_IsMalformedAndNamesTheType()
    {
        var repository = fixture.NewRepository();
        var config = "{}"u8.ToArray();
        await fixture.Registry.PushBlobAsync(repository, config);
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = OciMediaTypes.Manifest,
            ["config"] = TestImage.Descriptor("application/vnd.cncf.helm.config.v1+json", config),
            ["layers"] = new JsonArray(),
        };
        await fixture.Registry.PushManifestAsync(repository, "1", JsonSerializer.SerializeToUtf8Bytes(manifest), OciMediaTypes.Manifest);
        await using var store = fixture.CreateStore();
        var failure = await FailAsync(store, fixture.Reference(repository));
        failure.Fault.ShouldBe(ImageFault.Malformed);
        failure.Message.ShouldContain("application/vnd.cncf.helm.config.v1+json");
    }

    [Fact]
    public async Task Pull_MovedTag_IsFollowedOnRefreshAndTheOldStaysByDigest()
    {
        var repository = fixture.NewRepository();
        var first = await fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", [TestLayers.Random(1000)]));
        await using var store = fixture.CreateStore();
        var reference = fixture.Reference(repository);
        await store.PullAsync(reference, fixture.Credentials, null, CancellationToken.None);
        var second = await fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", [TestLayers.Random(1000)]));

        (await store.PullAsync(reference, fixture.Credentials, null, CancellationToken.None)).Digest.ShouldBe(first.Digest);
        (await store.PullAsync(reference, fixture.Credentials with { Refresh = true }, null, CancellationToken.None)).Digest.ShouldBe(second.Digest);
        (await store.FindAsync(reference, CancellationToken.None))!.Digest.ShouldBe(second.Digest);
        (await store.FindAsync(reference.WithDigest(first.Digest), CancellationToken.None))!.ChainId.ShouldBe(first.Image.ChainId);
    }

    [Fact]
    public async Task Pull_RefreshOfAnUnmovedTag_GetsNoManifest()
    {
        var repository = fixture.NewRepository();
        await fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", [TestLayers.Random(1000)]));
        await using var store = fixture.CreateStore();
        await store.PullAsync(fixture.Reference(repository), fixture.Credentials, null, CancellationToken.None);
        await store.PullAsync(fixture.Reference(repository), fixture.Credentials with { Refresh = true }, null, CancellationToken.None);
        var requests = await fixture.Registry.RequestsAsync();
        requests.Count(request => request == $"GET /v2/{repository}/manifests/1 200").ShouldBe(1);
        requests.Count(request => request == $"HEAD /v2/{repository}/manifests/1 200").ShouldBe(1);
    }

    [Fact]
    public async Task Pull_ByDigest_IsNamedByIt()
    {
        var repository = fixture.NewRepository();
        var pushed = await fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", [TestLayers.Random(1000)]));
        await using var store = fixture.CreateStore();
        var reference = ImageReferences.Parse($"{fixture.Registry.Host}/{repository}@{pushed.Digest}");
        (await store.PullAsync(reference, fixture.Credentials, null, CancellationToken.None)).Name.ShouldBe(reference.ToString());
        (await store.FindAsync(reference, CancellationToken.None)).ShouldNotBeNull();
    }

    private static async Task<PackedImage> PackAsync(string architecture) =>
        await PackedImage.PackAsync(TestImage.Create("x", [TestLayers.Random(1000)], architecture: architecture));

    private Task<ImageException> FailAsync(IImageStore store, ImageReference reference, PullOptions? options = null) =>
        Should.ThrowAsync<ImageException>(store.PullAsync(reference, options ?? fixture.Credentials, null, CancellationToken.None));
}
