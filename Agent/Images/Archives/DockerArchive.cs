using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Warren.Images;
using Warren.Images.Formats;
using Warren.Images.Registry;

namespace Warren.Agent.Images.Archives;

/// <summary>Archives of <c>docker save</c>, of all versions: a list of images, each with the paths of its config and its layers.</summary>
internal static class DockerArchive
{
    public const string ManifestFile = "manifest.json";

    private const int MaxImages = 1024;

    public static async Task<ImmutableArray<ArchivedImage>> ReadAsync(SpooledArchive archive, CancellationToken cancellationToken)
    {
        var bytes = await archive.ReadFileAsync(ManifestFile, ManifestDocument.MaxBytes, cancellationToken);
        try
        {
            using var document = JsonDocument.Parse(bytes!.Value);
            if (document.RootElement.ValueKind != JsonValueKind.Array) throw Malformed("is no list");
            if (document.RootElement.GetArrayLength() > MaxImages) throw Malformed($"lists more than {MaxImages} images");
            var images = ImmutableArray.CreateBuilder<ArchivedImage>();
            foreach (var entry in document.RootElement.EnumerateArray()) images.Add(await ReadAsync(archive, entry, cancellationToken));
            return images.ToImmutable();
        }
        catch (JsonException e)
        {
            throw Malformed($"is no JSON: {e.Message}", e);
        }
    }

    private static async Task<ArchivedImage> ReadAsync(SpooledArchive archive, JsonElement entry, CancellationToken cancellationToken)
    {
        if (entry.ValueKind != JsonValueKind.Object) throw Malformed("holds what is no object");
        var blobs = ImmutableDictionary.CreateBuilder<string, ArchivedFile>();
        var config = entry.TryGetProperty("Config", out var path) && path.ValueKind == JsonValueKind.String ? path.GetString()! : throw Malformed("names no Config");
        var configDescriptor = await AddAsync(archive, config, _ => MediaTypes.DockerConfig, blobs, cancellationToken);
        var layers = new JsonArray();
        foreach (var layer in Texts(entry, "Layers"))
            layers.Add(ToJson(await AddAsync(archive, layer, LayerType, blobs, cancellationToken)));

        // The form has no manifest; this one is the same for the same image.
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.DockerManifest,
            ["config"] = ToJson(configDescriptor),
            ["layers"] = layers,
        });
        var descriptor = new Descriptor(MediaTypes.DockerManifest, Digests.Of(manifest), manifest.Length);
        var document = ManifestDocument.Parse(manifest, descriptor.MediaType, config);
        return new([.. Texts(entry, "RepoTags").Select(ImageReferences.Parse)], [new FetchedManifest(descriptor, manifest, document)], blobs.ToImmutable());
    }

    private static async Task<Descriptor> AddAsync(
        SpooledArchive archive,
        string path,
        Func<byte[], string> typeOf,
        ImmutableDictionary<string, ArchivedFile>.Builder blobs,
        CancellationToken cancellationToken)
    {
        var file = archive.Open(path) ?? throw Malformed($"names the file '{path}', which the archive lacks");
        var digest = await file.DigestAsync(cancellationToken);
        blobs[digest] = file;
        return new(typeOf(await file.HeadAsync(4, cancellationToken)), digest, file.Length);
    }

    private static string LayerType(byte[] head) => head switch
    {
        [0x1F, 0x8B, ..] => MediaTypes.DockerLayerGzip,
        [0x28, 0xB5, 0x2F, 0xFD] => MediaTypes.OciLayerZstd,
        _ => MediaTypes.DockerLayer,
    };

    private static IEnumerable<string> Texts(JsonElement entry, string name)
    {
        if (!entry.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null) return [];
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(element => element.ValueKind != JsonValueKind.String))
            throw Malformed($"has {name} that is no list of texts");
        return [.. list.EnumerateArray().Select(element => element.GetString()!)];
    }

    private static JsonObject ToJson(Descriptor descriptor) => new()
    {
        ["mediaType"] = descriptor.MediaType,
        ["size"] = descriptor.Size,
        ["digest"] = descriptor.Digest,
    };

    private static ImageException Malformed(string problem, Exception? inner = null) =>
        new(ImageFault.Malformed, $"The archive's {ManifestFile} {problem}.", inner);
}
