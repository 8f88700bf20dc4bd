using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Warren.TestSupport.Containers;

/// <summary>An image that a test makes: layers and config, with their digests, to be written as an archive or pushed to a registry.</summary>
public sealed class TestImage
{
    private TestImage(string name, IReadOnlyList<byte[]> layers, JsonObject config)
    {
        Name = name;
        Layers = layers;
        Config = Encoding.UTF8.GetBytes(config.ToJsonString());
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = OciMediaTypes.Manifest,
            ["config"] = Descriptor(OciMediaTypes.Config, Config),
            ["layers"] = new JsonArray([.. layers.Select(layer => Descriptor(OciMediaTypes.Layer, layer))]),
        };
        Manifest = Encoding.UTF8.GetBytes(manifest.ToJsonString());
    }

    /// <summary>Full name with tag.</summary>
    public string Name { get; }

    /// <summary>The layers, as plain tar files, the lowest first.</summary>
    public IReadOnlyList<byte[]> Layers { get; }

    /// <summary>The config's JSON.</summary>
    public byte[] Config { get; }

    /// <summary>The manifest's JSON, with plain layers.</summary>
    public byte[] Manifest { get; }

    /// <summary>The manifest's digest.</summary>
    public string Digest => DigestOf(Manifest);

    /// <summary>The chain id of all layers (OCI image specification, "Layer ChainID").</summary>
    public string ChainId => Layers.Select(DigestOf).Aggregate((chain, layer) => DigestOf(Encoding.ASCII.GetBytes($"{chain} {layer}")));

    /// <summary>Makes an image.</summary>
    /// <param name="name">Full name with tag: <c>example.test/web:1</c>.</param>
    /// <param name="layers">Its layers, the lowest first.</param>
    /// <param name="config">The part of the config that says how to run it: <c>Entrypoint</c>, <c>Cmd</c>, <c>Env</c>, …</param>
    /// <param name="architecture">Go's name of the processor; null for this machine's.</param>
    public static TestImage Create(string name, IEnumerable<TestLayer> layers, JsonObject? config = null, string? architecture = null)
    {
        var tars = layers.Select(layer => layer.ToTar()).ToArray();
        var whole = new JsonObject
        {
            ["architecture"] = architecture ?? TestPlatform.Architecture,
            ["os"] = "linux",
            ["config"] = config?.DeepClone() ?? new JsonObject(),
            ["rootfs"] = new JsonObject
            {
                ["type"] = "layers",
                ["diff_ids"] = new JsonArray([.. tars.Select(tar => JsonValue.Create(DigestOf(tar)))]),
            },
        };
        return new(name, tars, whole);
    }

    /// <summary>An image with busybox, its applets linked in <c>/bin</c>, a passwd file with <c>root</c> and <c>web</c> (1000), and a shell as command.</summary>
    public static TestImage Busybox(string name = "example.test/busybox:1") =>
        Create(name, [TestLayer.Busybox()], new JsonObject { ["Cmd"] = new JsonArray("/bin/sh") });

    /// <summary>Writes an archive in the form of an OCI image layout.</summary>
    public async Task WriteArchiveAsync(string file)
    {
        await using var stream = File.Create(file);
        await using var tar = new TarWriter(stream, TarEntryFormat.Pax);
        await AddAsync("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray());
        var entry = Descriptor(OciMediaTypes.Manifest, Manifest);
        entry["annotations"] = new JsonObject { ["io.containerd.image.name"] = Name, ["org.opencontainers.image.ref.name"] = Name[(Name.LastIndexOf(':') + 1)..] };
        var index = new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(entry) };
        await AddAsync("index.json", JsonSerializer.SerializeToUtf8Bytes(index));
        foreach (var blob in Layers.Append(Config).Append(Manifest).DistinctBy(DigestOf))
            await AddAsync("blobs/" + DigestOf(blob).Replace(':', '/'), blob);

        async Task AddAsync(string name, byte[] bytes) =>
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
    }

    /// <summary>Loads it into a containerd.</summary>
    public async Task ImportIntoAsync(PrivateContainerd containerd)
    {
        var file = Path.Combine(containerd.Folder, Digest.Replace(':', '-') + ".tar");
        await WriteArchiveAsync(file);
        await containerd.ImportAsync(file);
        File.Delete(file);
    }

    /// <summary><c>sha256:…</c> of some bytes.</summary>
    public static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>What stands in a manifest for a blob.</summary>
    public static JsonObject Descriptor(string mediaType, byte[] blob) => new()
    {
        ["mediaType"] = mediaType,
        ["digest"] = DigestOf(blob),
        ["size"] = blob.Length,
    };

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({Layers.Count} layers)");
}
