using System.Collections.Immutable;
using System.Text.Json;

namespace Warren.Images.Formats;

/// <summary>A manifest or an index, read strictly: what is of another kind, or says two things at once, is refused.</summary>
internal sealed record ManifestDocument(string MediaType, ImageIndex? Index, ImageManifest? Manifest)
{
    /// <summary>The largest manifest that is read; registries take no larger ones.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    // No image has as many; each layer costs a mount option and each manifest a line.
    private const int MaxLayers = 512, MaxManifests = 1024;

    // 16 TiB: keeps sums of sizes far from overflow.
    private const long MaxBlobBytes = 1L << 44;

    /// <param name="bytes">The document.</param>
    /// <param name="statedType">The type that the registry or the pointing descriptor says; null or empty if none.</param>
    /// <param name="what">What messages call it.</param>
    /// <exception cref="ImageException"><see cref="ImageFault.Malformed"/></exception>
    public static ManifestDocument Parse(ReadOnlyMemory<byte> bytes, string? statedType, string what)
    {
        if (bytes.Length > MaxBytes) throw Malformed(what, $"it has {bytes.Length} bytes, and at most {MaxBytes} are read");
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return Read(document.RootElement, statedType, what);
        }
        catch (JsonException e)
        {
            throw Malformed(what, $"it is no JSON: {e.Message}", e);
        }
    }

    private static ManifestDocument Read(JsonElement root, string? statedType, string what)
    {
        if (root.ValueKind != JsonValueKind.Object) throw Malformed(what, "it is no JSON object");
        var version = root.TryGetProperty("schemaVersion", out var number) && number.TryGetInt32(out var value) ? value : 0;
        if (version == 1 || statedType?.Contains("docker.distribution.manifest.v1+", StringComparison.Ordinal) is true)
        {
            throw Malformed(
                what, $"it is a manifest of Docker's schema 1 ({statedType ?? "no type stated"}), which carries no usable digests; push the image again with a current tool");
        }
        if (version != 2) throw Malformed(what, $"its schemaVersion must be 2, and is {(version == 0 ? "missing" : version)}");

        var hasManifests = root.TryGetProperty("manifests", out var manifests);
        var hasLayers = root.TryGetProperty("layers", out var layers);
        var hasConfig = root.TryGetProperty("config", out var config);
        if (hasManifests && (hasLayers || hasConfig)) throw Malformed(what, "it is index and manifest at once");

        var type = Text(root, "mediaType") is { Length: > 0 } own ? own : statedType;
        if (string.IsNullOrEmpty(type)) type = hasManifests ? MediaTypes.OciIndex : MediaTypes.OciManifest;
        if (MediaTypes.IsIndex(type) && hasManifests) return new(type, ReadIndex(manifests, what), null);
        if (MediaTypes.IsManifest(type) && hasLayers && hasConfig) return new(type, null, ReadManifest(config, layers, what));
        throw Malformed(
            what,
            MediaTypes.IsIndex(type) || MediaTypes.IsManifest(type)
                ? $"it is said to be '{type}' and lacks the parts of one"
                : $"its type '{Shorten(type)}' is none that can be run as a container");
    }

    private static ImageIndex ReadIndex(JsonElement manifests, string what)
    {
        var entries = Descriptors(manifests, "manifests", MaxManifests, what);
        if (entries.IsEmpty) throw Malformed(what, "it lists no manifests");
        return new(entries);
    }

    private static ImageManifest ReadManifest(JsonElement config, JsonElement layers, string what)
    {
        var manifest = new ImageManifest(ReadDescriptor(config, "config", what), Descriptors(layers, "layers", MaxLayers, what));
        if (!MediaTypes.IsConfig(manifest.Config.MediaType))
            throw Malformed(what, $"its config is of type '{Shorten(manifest.Config.MediaType)}', so that it is no container image");
        if (manifest.Layers.FirstOrDefault(layer => !MediaTypes.IsLayer(layer.MediaType)) is { } odd)
            throw Malformed(what, $"the layer {odd.Digest} is of type '{Shorten(odd.MediaType)}', which cannot be unpacked");
        return manifest;
    }

    private static ImmutableArray<Descriptor> Descriptors(JsonElement list, string path, int most, string what)
    {
        if (list.ValueKind != JsonValueKind.Array) throw Malformed(what, $"{path} is no list");
        if (list.GetArrayLength() > most) throw Malformed(what, $"{path} has {list.GetArrayLength()} entries, and at most {most} are read");
        return [.. list.EnumerateArray().Select((element, index) => ReadDescriptor(element, $"{path}[{index}]", what))];
    }

    private static Descriptor ReadDescriptor(JsonElement element, string path, string what)
    {
        if (element.ValueKind != JsonValueKind.Object) throw Malformed(what, $"{path} is no object");
        var digest = Text(element, "digest");
        if (!Digests.IsDigest(digest)) throw Malformed(what, $"{path}.digest '{Shorten(digest)}' is no sha256 digest");
        if (!element.TryGetProperty("size", out var number) || !number.TryGetInt64(out var size) || size is < 0 or > MaxBlobBytes)
            throw Malformed(what, $"{path}.size must be a number from 0 to {MaxBlobBytes}");
        var annotations = element.TryGetProperty("annotations", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        return new(Text(element, "mediaType"), digest, size)
        {
            Platform = element.TryGetProperty("platform", out var platform) && platform.ValueKind == JsonValueKind.Object
                ? new(Text(platform, "os"), Text(platform, "architecture"), Text(platform, "variant"))
                : null,
            FullName = TextOrNull(annotations, "io.containerd.image.name"),
            RefName = TextOrNull(annotations, "org.opencontainers.image.ref.name"),
        };
    }

    private static string Text(JsonElement element, string name) => TextOrNull(element, name) ?? "";

    private static string? TextOrNull(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static string Shorten(string text) => text.Length <= 120 ? text : text[..120] + "…";

    private static ImageException Malformed(string what, string problem, Exception? inner = null) =>
        new(ImageFault.Malformed, $"The manifest of {what} cannot be used: {problem}.", inner);
}
