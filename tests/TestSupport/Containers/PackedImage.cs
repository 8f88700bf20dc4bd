using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Warren.TestSupport.Processes;

namespace Warren.TestSupport.Containers;

/// <summary>A test image as it lies in a registry: packed layers and a manifest, in OCI's or Docker's types.</summary>
public sealed class PackedImage
{
    private PackedImage(TestImage image, IReadOnlyList<byte[]> layers, byte[] manifest, string manifestType)
    {
        Image = image;
        Layers = layers;
        Manifest = manifest;
        ManifestType = manifestType;
    }

    /// <summary>What is packed.</summary>
    public TestImage Image { get; }

    /// <summary>The packed layers, the lowest first.</summary>
    public IReadOnlyList<byte[]> Layers { get; }

    /// <summary>The manifest's JSON.</summary>
    public byte[] Manifest { get; }

    /// <summary>The manifest's media type.</summary>
    public string ManifestType { get; }

    /// <summary>The manifest's digest.</summary>
    public string Digest => TestImage.DigestOf(Manifest);

    /// <summary>Packs an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="packing">How its layers are packed, the lowest first; the last holds for the rest. None: gzip.</param>
    public static Task<PackedImage> PackAsync(TestImage image, params LayerPacking[] packing) => PackAsync(image, isDocker: false, packing);

    /// <summary>Packs an image with Docker's media types.</summary>
    /// <inheritdoc cref="PackAsync(TestImage, LayerPacking[])"/>
    public static Task<PackedImage> PackForDockerAsync(TestImage image, params LayerPacking[] packing) => PackAsync(image, isDocker: true, packing);

    private static async Task<PackedImage> PackAsync(TestImage image, bool isDocker, LayerPacking[] packing)
    {
        var layers = new List<byte[]>();
        var descriptors = new JsonArray();
        for (var i = 0; i < image.Layers.Count; i++)
        {
            var how = packing.Length == 0 ? LayerPacking.Gzip : packing[Math.Min(i, packing.Length - 1)];
            var layer = how switch
            {
                LayerPacking.Gzip => Gzip(image.Layers[i]),
                LayerPacking.Zstd => await ZstdAsync(image.Layers[i]),
                _ => image.Layers[i],
            };
            layers.Add(layer);
            descriptors.Add(TestImage.Descriptor(TypeOf(how, isDocker), layer));
        }
        var type = isDocker ? "application/vnd.docker.distribution.manifest.v2+json" : OciMediaTypes.Manifest;
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = type,
            ["config"] = TestImage.Descriptor(isDocker ? "application/vnd.docker.container.image.v1+json" : OciMediaTypes.Config, image.Config),
            ["layers"] = descriptors,
        };
        return new(image, layers, JsonSerializer.SerializeToUtf8Bytes(manifest), type);
    }

    private static string TypeOf(LayerPacking packing, bool isDocker) => (packing, isDocker) switch
    {
        (LayerPacking.Gzip, false) => OciMediaTypes.Layer + "+gzip",
        (LayerPacking.Zstd, false) => OciMediaTypes.Layer + "+zstd",
        (LayerPacking.Gzip, true) => "application/vnd.docker.image.rootfs.diff.tar.gzip",
        (LayerPacking.Zstd, true) => "application/vnd.docker.image.rootfs.diff.tar.zstd",
        (_, true) => "application/vnd.docker.image.rootfs.diff.tar",
        _ => OciMediaTypes.Layer,
    };

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    private static async Task<byte[]> ZstdAsync(byte[] bytes)
    {
        using var process = Process.Start(new ProcessStartInfo("zstd", ["-q", "-c"]) { RedirectStandardInput = true, RedirectStandardOutput = true })
            ?? throw new ChildFailedException("zstd did not start");
        using var packed = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(packed);
        await process.StandardInput.BaseStream.WriteAsync(bytes);
        process.StandardInput.Close();
        await reading;
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? packed.ToArray() : throw new ChildFailedException($"zstd ended with exit code {process.ExitCode}");
    }
}
