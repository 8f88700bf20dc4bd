using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Warren.Agent.Images.Archives;
using Warren.Images;
using Warren.Images.Formats;
using Warren.TestSupport;
using Warren.TestSupport.Containers;

namespace Warren.Agent.Tests.Images.Archives;

public sealed class ImageArchiveTests : IDisposable
{
    private readonly TempFolder _folder = TempFolder.Create("archive");
    private readonly List<(string Path, byte[] Content)> _files = [];
    private readonly TestImage _image = TestImage.Create("example.test/web:1", [new TestLayer().File("a", "1"), new TestLayer().File("b", "2")]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_OciLayout_FindsTheImage(bool isPacked)
    {
        AddOci(_image);
        var image = (await ReadAsync(isPacked)).ShouldHaveSingleItem();
        image.Names.ShouldBe([ImageReferences.Parse("example.test/web:1")]);
        image.Documents.ShouldHaveSingleItem().Descriptor.Digest.ShouldBe(_image.Digest);
        image.Blobs.Keys.Order().ShouldBe(_image.Layers.Append(_image.Config).Select(TestImage.DigestOf).Order());
    }

    [Fact]
    public async Task Read_OciLayoutWithTwoNamesOfOneImage_FindsOne()
    {
        AddOci(_image, "example.test/web:1", "example.test/web:latest");
        (await ReadAsync()).ShouldHaveSingleItem().Names.Select(name => name.ToString()).ShouldBe(["example.test/web:1", "example.test/web:latest"]);
    }

    [Fact]
    public async Task Read_OciLayoutWithABareTag_IsUnnamed()
    {
        AddOciEntries(_image, entry => entry["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = "1.0" });
        var images = await ReadAsync();
        Should.Throw<ImageException>(() => ImageArchive.Name(images, null)).Fault.ShouldBe(ImageFault.InvalidReference);
        ImageArchive.Name(images, ImageReferences.Parse("mine")).Single().Name.ToString().ShouldBe("docker.io/library/mine:latest");
    }

    [Fact]
    public async Task Read_OciIndexOfWhichOnePlatformIsThere_TakesThatOne()
    {
        var absent = await PackedImage.PackAsync(TestImage.Create("x", [new TestLayer().File("c", "3")], architecture: "s390x"));
        var index = TestIndex.Of(("linux/s390x", absent), ($"linux/{TestPlatform.Architecture}", await PackedImage.PackAsync(_image, LayerPacking.Plain)));
        AddOciEntries(_image, entry =>
        {
            entry["mediaType"] = OciMediaTypes.Index;
            entry["digest"] = TestImage.DigestOf(index);
            entry["size"] = index.Length;
        });
        AddBlob(index);
        var image = (await ReadAsync()).ShouldHaveSingleItem();
        image.Documents.Select(document => document.Descriptor.Digest).ShouldBe([TestImage.DigestOf(index), _image.Digest]);
    }

    [Fact]
    public async Task Read_OnlyOtherPlatforms_IsTheWrongPlatformAndListsThem()
    {
        var other = await PackedImage.PackAsync(TestImage.Create("x", [new TestLayer().File("c", "3")], architecture: "s390x"), LayerPacking.Plain);
        var index = TestIndex.Of(("linux/s390x", other));
        AddOciEntries(other.Image, entry =>
        {
            entry["mediaType"] = OciMediaTypes.Index;
            entry["digest"] = TestImage.DigestOf(index);
        });
        AddBlob(index);
        var failure = await FailAsync();
        failure.Fault.ShouldBe(ImageFault.WrongPlatform);
        failure.Message.ShouldContain("linux/s390x");
    }

    [Theory]
    [InlineData("layer", ImageFault.Malformed)]
    [InlineData("config", ImageFault.Malformed)]
    [InlineData("manifest", ImageFault.Malformed)]
    public async Task Read_OciLayoutThatLacksABlob_IsMalformedAndNamesIt(string part, ImageFault fault)
    {
        AddOci(_image);
        var digest = TestImage.DigestOf(part switch { "layer" => _image.Layers[1], "config" => _image.Config, _ => _image.Manifest });
        _files.RemoveAll(file => file.Path.EndsWith(digest["sha256:".Length..], StringComparison.Ordinal)).ShouldBe(1);
        var failure = await FailAsync();
        failure.Fault.ShouldBe(fault);
        failure.Message.ShouldContain(digest);
    }

    [Fact]
    public async Task Read_OciLayoutWithAnotherManifest_IsADigestMismatch()
    {
        AddOci(_image);
        Replace(_image.Manifest, "{}"u8.ToArray());
        (await FailAsync()).Fault.ShouldBe(ImageFault.DigestMismatch);
    }

    [Fact]
    public async Task Read_OciLayoutWithAShorterLayer_IsADigestMismatch()
    {
        AddOci(_image);
        Replace(_image.Layers[0], [1, 2, 3]);
        (await FailAsync()).Fault.ShouldBe(ImageFault.DigestMismatch);
    }

    [Fact]
    public async Task Read_HugeIndex_IsMalformed()
    {
        AddOci(_image);
        _files.RemoveAll(file => file.Path == "index.json");
        _files.Add(("index.json", new byte[ManifestDocument.MaxBytes + 1]));
        (await FailAsync()).Fault.ShouldBe(ImageFault.Malformed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_DockerArchive_FindsTheImage(bool hasPackedLayers)
    {
        var packed = await PackedImage.PackAsync(_image, hasPackedLayers ? LayerPacking.Gzip : LayerPacking.Plain);
        _files.Add(("config.json", _image.Config));
        for (var i = 0; i < 2; i++) _files.Add(($"layer{i}/layer.tar", packed.Layers[i]));
        _files.Add(("manifest.json", Json(new JsonArray(Entry("config.json", ["web:1", "web:2"], "layer0/layer.tar", "layer1/layer.tar")))));
        var image = (await ReadAsync()).ShouldHaveSingleItem();
        image.Names.Select(name => name.ToString()).ShouldBe(["docker.io/library/web:1", "docker.io/library/web:2"]);
        var manifest = image.Documents.ShouldHaveSingleItem().Document.Manifest!;
        manifest.Config.Digest.ShouldBe(TestImage.DigestOf(_image.Config));
        manifest.Layers.Select(layer => layer.Digest).ShouldBe(packed.Layers.Select(TestImage.DigestOf));
        manifest.Layers.ShouldAllBe(layer => layer.MediaType == (hasPackedLayers ? MediaTypes.DockerLayerGzip : MediaTypes.DockerLayer));
    }

    [Fact]
    public async Task Read_DockerArchiveWithSeveralImages_FindsEach()
    {
        _files.Add(("config.json", _image.Config));
        _files.Add(("layer.tar", _image.Layers[0]));
        _files.Add(("manifest.json", Json(new JsonArray(Entry("config.json", ["a"], "layer.tar"), Entry("config.json", null, "layer.tar", "layer.tar")))));
        var images = await ReadAsync();
        images.Length.ShouldBe(2);
        Should.Throw<ImageException>(() => ImageArchive.Name(images, null)).Message.ShouldContain("give a name");
        Should.Throw<ImageException>(() => ImageArchive.Name(images, ImageReferences.Parse("x"))).Message.ShouldContain("2 images");
    }

    [Theory]
    [InlineData("""[{ "Config": "nowhere.json", "Layers": [] }]""", "nowhere.json")]
    [InlineData("""[{ "Config": "../../etc/shadow", "Layers": [] }]""", "leads out")]
    [InlineData("""[{ "Layers": [] }]""", "names no Config")]
    [InlineData("""{}""", "is no list")]
    [InlineData("""[1]""", "no object")]
    [InlineData("""[""", "no JSON")]
    [InlineData("""[]""", "no image")]
    public async Task Read_HostileDockerArchive_IsMalformedAndSaysWhy(string manifest, string reason)
    {
        _files.Add(("manifest.json", Encoding.UTF8.GetBytes(manifest)));
        var failure = await FailAsync();
        failure.Fault.ShouldBe(ImageFault.Malformed);
        failure.Message.ShouldContain(reason);
    }

    [Fact]
    public async Task Read_NeitherForm_IsMalformed()
    {
        _files.Add(("readme", [1]));
        (await FailAsync()).Message.ShouldContain("no known form");
    }

    [Fact]
    public async Task Read_BrokenGzip_IsMalformedAndLeavesNothing()
    {
        var bytes = new byte[1000];
        new byte[] { 0x1F, 0x8B, 8 }.CopyTo(bytes, 0);
        var failure = await Should.ThrowAsync<ImageException>(SpooledArchive.ReadAsync(new MemoryStream(bytes), _folder.Path, CancellationToken.None));
        failure.Fault.ShouldBe(ImageFault.Malformed);
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Read_Zstd_IsMalformedAndSaysWhatToDo()
    {
        var failure = await Should.ThrowAsync<ImageException>(
            SpooledArchive.ReadAsync(new MemoryStream([0x28, 0xB5, 0x2F, 0xFD, 0]), _folder.Path, CancellationToken.None));
        failure.Message.ShouldContain("gzip");
    }

    public void Dispose() => _folder.Dispose();

    private void AddOci(TestImage image, params string[] names)
    {
        var entries = names.Length == 0 ? [image.Name] : names;
        AddOciEntries(image, [.. entries.Select(name => (Action<JsonObject>)(entry => entry["annotations"] = new JsonObject { ["io.containerd.image.name"] = name }))]);
    }

    private void AddOciEntries(TestImage image, params Action<JsonObject>[] entries)
    {
        _files.Add(("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray()));
        var manifests = new JsonArray();
        foreach (var shape in entries)
        {
            var entry = TestImage.Descriptor(OciMediaTypes.Manifest, image.Manifest);
            shape(entry);
            manifests.Add(entry);
        }
        _files.Add(("index.json", Json(new JsonObject { ["schemaVersion"] = 2, ["manifests"] = manifests })));
        foreach (var blob in image.Layers.Append(image.Config).Append(image.Manifest)) AddBlob(blob);
    }

    private void AddBlob(byte[] blob) => _files.Add((PathOf(blob), blob));

    private void Replace(byte[] blob, byte[] by)
    {
        _files.RemoveAll(file => file.Path == PathOf(blob)).ShouldBe(1);
        _files.Add((PathOf(blob), by));
    }

    private static string PathOf(byte[] blob) => "blobs/" + TestImage.DigestOf(blob).Replace(':', '/');

    private static JsonObject Entry(string config, string[]? tags, params string[] layers) => new()
    {
        ["Config"] = config,
        ["RepoTags"] = tags is null ? null : new JsonArray([.. tags.Select(tag => JsonValue.Create(tag))]),
        ["Layers"] = new JsonArray([.. layers.Select(layer => JsonValue.Create(layer))]),
    };

    private static byte[] Json(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node);

    private async Task<System.Collections.Immutable.ImmutableArray<ArchivedImage>> ReadAsync(bool isPacked = false)
    {
        using var stream = new MemoryStream();
        Stream target = isPacked ? new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true) : stream;
        await using (var tar = new TarWriter(target, TarEntryFormat.Pax, leaveOpen: !isPacked))
        {
            foreach (var (path, content) in _files)
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(content) });
        }
        stream.Position = 0;
        await using var archive = await SpooledArchive.ReadAsync(stream, _folder.Path, CancellationToken.None);
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty();
        return await ImageArchive.ReadAsync(archive, PlatformMatcher.Host, CancellationToken.None);
    }

    private async Task<ImageException> FailAsync() => await Should.ThrowAsync<ImageException>(ReadAsync());
}
