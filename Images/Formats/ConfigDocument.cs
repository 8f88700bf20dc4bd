using System.Collections.Immutable;
using System.Text.Json;

namespace Warren.Images.Formats;

/// <summary>An image's config blob: its platform, the digests of its unpacked layers, and how to run it.</summary>
internal sealed record ConfigDocument(Platform? Platform, ImmutableArray<string> DiffIds, ImageConfig Run)
{
    /// <summary>The largest config that is read.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <exception cref="ImageException"><see cref="ImageFault.Malformed"/></exception>
    public static ConfigDocument Parse(ReadOnlyMemory<byte> bytes, string what)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return Read(document.RootElement, what);
        }
        catch (JsonException e)
        {
            throw Malformed(what, $"it is no JSON: {e.Message}", e);
        }
    }

    private static ConfigDocument Read(JsonElement root, string what)
    {
        if (root.ValueKind != JsonValueKind.Object) throw Malformed(what, "it is no JSON object");
        var rootfs = Member(root, "rootfs", JsonValueKind.Object, what) ?? throw Malformed(what, "rootfs is missing");
        var diffIds = Texts(rootfs, "diff_ids", what);
        if (diffIds.FirstOrDefault(digest => !Digests.IsDigest(digest)) is { } bad)
            throw Malformed(what, $"rootfs.diff_ids holds '{bad}', which is no sha256 digest");
        var (os, architecture) = (Text(root, "os", what), Text(root, "architecture", what));
        return new(
            os.Length == 0 && architecture.Length == 0 ? null : new(os.Length == 0 ? "linux" : os, architecture, Text(root, "variant", what)),
            diffIds,
            Member(root, "config", JsonValueKind.Object, what) is { } config ? ReadRun(config, what) : new ImageConfig());
    }

    private static ImageConfig ReadRun(JsonElement config, string what) => new()
    {
        Entrypoint = Texts(config, "Entrypoint", what),
        Cmd = Texts(config, "Cmd", what),
        Env = Texts(config, "Env", what),
        User = Text(config, "User", what),
        WorkingDirectory = Text(config, "WorkingDir", what),
        StopSignal = Text(config, "StopSignal", what),
        Volumes = Names(config, "Volumes", what),
        ExposedPorts = Names(config, "ExposedPorts", what),
        Labels = Member(config, "Labels", JsonValueKind.Object, what) is { } labels
            ? labels.EnumerateObject().Where(label => label.Value.ValueKind == JsonValueKind.String)
                .DistinctBy(label => label.Name)
                .ToImmutableSortedDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal)
            : ImmutableSortedDictionary<string, string>.Empty,
    };

    private static ImmutableArray<string> Names(JsonElement element, string name, string what) =>
        Member(element, name, JsonValueKind.Object, what) is { } set ? [.. set.EnumerateObject().Select(entry => entry.Name)] : [];

    private static string Text(JsonElement element, string name, string what) =>
        Member(element, name, JsonValueKind.String, what)?.GetString() ?? "";

    private static ImmutableArray<string> Texts(JsonElement element, string name, string what)
    {
        if (Member(element, name, JsonValueKind.Array, what) is not { } list) return [];
        if (list.EnumerateArray().Any(entry => entry.ValueKind != JsonValueKind.String)) throw Malformed(what, $"{name} holds what is no text");
        return [.. list.EnumerateArray().Select(entry => entry.GetString()!)];
    }

    // Missing and null are the same: builders write either.
    private static JsonElement? Member(JsonElement element, string name, JsonValueKind kind, string what)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != kind) throw Malformed(what, $"{name} is a {value.ValueKind}, and must be a {kind}");
        return value;
    }

    private static ImageException Malformed(string what, string problem, Exception? inner = null) =>
        new(ImageFault.Malformed, $"The config of {what} cannot be used: {problem}.", inner);
}
