using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Warren.Images;
using Warren.TestSupport;
using Warren.TestSupport.Containers;

namespace Warren.Agent.Containers.Tests.Images;

/// <summary>Images from archives.</summary>
[Collection(ImagesCollection.Name)]
public sealed class ImportTests(ImagesFixture fixture) : IDisposable
{
    private readonly TempFolder _folder = TempFolder.Create("import");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Import_OciLayout_IsThereAndUnpacked(bool isPacked)
    {
        var made = TestImage.Create($"example.test/{fixture.NewRepository()}:1", [TestLayers.Random(300_000), TestLayers.Random(10, "b")]);
        await made.WriteArchiveAsync(_folder.File("image.tar"));
        await using var store = fixture.CreateStore();
        var image = (await store.ImportAsync(Open(isPacked), null, CancellationToken.None)).ShouldHaveSingleItem();
        image.Name.ShouldBe(made.Name);
        image.Digest.ShouldBe(made.Digest);
        image.ChainId.ShouldBe(made.ChainId);
        (await store.FindAsync(ImageReferences.Parse(made.Name), CancellationToken.None)).ShouldBeLike(image);
        await using (var view = await SnapshotView.MountAsync(fixture.Connection, image.ChainId))
            new FileInfo(view.PathOf("random")).Length.ShouldBe(300_000);
        ShouldLeaveNoFile();
        await fixture.ShouldHoldNoLeftoversAsync();
    }

    [Fact]
    public async Task Import_UnderANameOfTheCallers_GetsIt()
    {
        var made = TestImage.Create($"example.test/{fixture.NewRepository()}:1", [TestLayers.Random(1000)]);
        await made.WriteArchiveAsync(_folder.File("image.tar"));
        await using var store = fixture.CreateStore();
        var name = ImageReferences.Parse(fixture.NewRepository());
        (await store.ImportAsync(Open(), name, CancellationToken.None)).ShouldHaveSingleItem().Name.ShouldBe(name.ToString());
        (await store.FindAsync(ImageReferences.Parse(made.Name), CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task Import_DockerArchiveWithTwoImages_ArePulledApart()
    {
        var below = TestLayers.Random(10_000);
        var one = TestImage.Create($"example.test/{fixture.NewRepository()}:1", [below, TestLayers.Random(10, "one")]);
        var two = TestImage.Create($"example.test/{fixture.NewRepository()}:1", [below, TestLayers.Random(10, "two")]);
        await WriteDockerArchiveAsync(one, two);
        await using var store = fixture.CreateStore();
        var images = await store.ImportAsync(Open(), null, CancellationToken.None);
        images.Select(image => (image.Name, image.ChainId)).ShouldBe([(one.Name, one.ChainId), (two.Name, two.ChainId)]);
        (await store.FindAsync(ImageReferences.Parse(two.Name), CancellationToken.None))!.Config.Cmd.ShouldBe(images[1].Config.Cmd);
        ShouldLeaveNoFile();
    }

    [Fact]
    public async Task Import_SecondImageBroken_KeepsNeither()
    {
        var one = TestImage.Create($"example.test/{fixture.NewRepository()}:1", [TestLayers.Random(10_000)]);
        var two = TestImage.Create($"example.test/{fixture.NewRepository()}:1", [TestLayers.Random(10_000)]);
        await WriteDockerArchiveAsync(one, two, breaksSecond: true);
        await using var store = fixture.CreateStore();
        var failure = await Should.ThrowAsync<ImageException>(store.ImportAsync(Open(), null, CancellationToken.None));
        failure.Fault.ShouldBe(ImageFault.DigestMismatch);
        (await store.FindAsync(ImageReferences.Parse(one.Name), CancellationToken.None)).ShouldBeNull();
        (await fixture.ContentAsync()).ShouldNotContain(TestImage.DigestOf(one.Layers[0]));
        (await fixture.SnapshotsAsync()).ShouldNotContain(one.ChainId);
        ShouldLeaveNoFile();
        await fixture.ShouldHoldNoLeftoversAsync();
    }

    [Fact]
    public async Task Import_BlobWithAnotherDigest_KeepsNothing()
    {
        var made = TestImage.Create($"example.test/{fixture.NewRepository()}:1", [TestLayers.Random(10_000)]);
        await made.WriteArchiveAsync(_folder.File("image.tar"));
        var bytes = await File.ReadAllBytesAsync(_folder.File("image.tar"));
        var at = bytes.AsSpan().IndexOf(made.Layers[0].AsSpan(0, 2048));
        bytes[at + 1500] ^= 1;
        await File.WriteAllBytesAsync(_folder.File("image.tar"), bytes);
        await using var store = fixture.CreateStore();
        (await Should.ThrowAsync<ImageException>(store.ImportAsync(Open(), null, CancellationToken.None))).Fault.ShouldBe(ImageFault.DigestMismatch);
        (await fixture.ContentAsync()).ShouldNotContain(TestImage.DigestOf(made.Config));
        await fixture.ShouldHoldNoLeftoversAsync();
    }

    [Fact]
    public async Task Import_Cancelled_KeepsNothing()
    {
        await using var store = fixture.CreateStore();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var made = TestImage.Create($"example.test/{fixture.NewRepository()}:1", [TestLayers.Random(10_000)]);
        await made.WriteArchiveAsync(_folder.File("image.tar"));
        await Should.ThrowAsync<OperationCanceledException>(store.ImportAsync(Open(), null, cancelled.Token));
        ShouldLeaveNoFile();
    }

    public void Dispose() => _folder.Dispose();

    private Stream Open(bool isPacked = false)
    {
        if (!isPacked) return File.OpenRead(_folder.File("image.tar"));
        using (var plain = File.OpenRead(_folder.File("image.tar")))
        using (var packed = new GZipStream(File.Create(_folder.File("image.tar.gz")), CompressionLevel.Fastest))
            plain.CopyTo(packed);
        return File.OpenRead(_folder.File("image.tar.gz"));
    }

    private void ShouldLeaveNoFile()
    {
        var data = fixture.Options().DataDirectory;
        if (Directory.Exists(data)) Directory.EnumerateFileSystemEntries(data).ShouldBeEmpty();
    }

    // As older versions of docker save wrote it: a layer that is there already is a link.
    private async Task WriteDockerArchiveAsync(TestImage one, TestImage two, bool breaksSecond = false)
    {
        await using var tar = new TarWriter(File.Create(_folder.File("image.tar")), TarEntryFormat.Ustar);
        var written = new Dictionary<string, string>();
        var entries = new JsonArray();
        foreach (var image in (TestImage[])[one, two])
        {
            var folder = TestImage.DigestOf(image.Config)["sha256:".Length..][..12];
            await AddAsync($"{folder}.json", image.Config);
            var paths = new JsonArray();
            for (var i = 0; i < image.Layers.Count; i++)
            {
                var path = $"{folder}-{i.ToString(System.Globalization.CultureInfo.InvariantCulture)}/layer.tar";
                paths.Add(path);
                var digest = TestImage.DigestOf(image.Layers[i]);
                if (written.TryGetValue(digest, out var before))
                {
                    await tar.WriteEntryAsync(new UstarTarEntry(TarEntryType.SymbolicLink, path) { LinkName = $"../{before}" });
                    continue;
                }
                var layer = (byte[])image.Layers[i].Clone();
                if (breaksSecond && image == two) layer[1000] ^= 1;
                await AddAsync(path, layer);
                written[digest] = path;
            }
            entries.Add(new JsonObject { ["Config"] = $"{folder}.json", ["RepoTags"] = new JsonArray(image.Name), ["Layers"] = paths });
        }
        await AddAsync("manifest.json", Encoding.UTF8.GetBytes(entries.ToJsonString(JsonSerializerOptions.Default)));

        async Task AddAsync(string name, byte[] bytes) =>
            await tar.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
    }
}
