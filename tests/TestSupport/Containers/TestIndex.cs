using System.Text.Json;
using System.Text.Json.Nodes;

namespace Warren.TestSupport.Containers;

/// <summary>Image indexes.</summary>
public static class TestIndex
{
    /// <summary>The JSON of an index of images, each with its platform: <c>linux/arm/v7</c>.</summary>
    public static byte[] Of(params (string Platform, PackedImage Image)[] images) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = OciMediaTypes.Index,
        ["manifests"] = new JsonArray([.. images.Select(image => Entry(image.Platform, image.Image))]),
    });

    private static JsonObject Entry(string platform, PackedImage image)
    {
        var parts = platform.Split('/');
        var entry = TestImage.Descriptor(image.ManifestType, image.Manifest);
        entry["platform"] = new JsonObject { ["os"] = parts[0], ["architecture"] = parts[1] };
        if (parts.Length > 2) entry["platform"]!["variant"] = parts[2];
        return entry;
    }
}
