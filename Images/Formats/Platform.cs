namespace Warren.Images.Formats;

/// <summary>An operating system and processor in Go's words, as image indexes use them.</summary>
/// <param name="Os"><c>linux</c>.</param>
/// <param name="Architecture"><c>amd64</c>, <c>arm64</c>, <c>arm</c>, …</param>
/// <param name="Variant"><c>v7</c>, or empty.</param>
internal sealed record Platform(string Os, string Architecture, string Variant = "")
{
    /// <summary>What index entries for attestations carry; nothing runs there.</summary>
    public bool IsUnknown => Os is "unknown" || Architecture is "unknown";

    /// <summary>The same with older spellings replaced and the variant that goes without saying left out.</summary>
    public Platform Normalize()
    {
        var os = Os.ToLowerInvariant();
        var variant = Variant.ToLowerInvariant();
        if (variant.Length > 0 && char.IsAsciiDigit(variant[0])) variant = "v" + variant;
        var architecture = Architecture.ToLowerInvariant();
        return (architecture, variant) switch
        {
            ("x86_64" or "x86-64" or "amd64", _) => new(os, "amd64", variant is "v1" ? "" : variant),
            ("i386" or "i486" or "i586" or "i686" or "386", _) => new(os, "386"),
            ("aarch64" or "arm64", _) => new(os, "arm64", variant is "v8" or "v8.0" ? "" : variant),
            ("armhf", _) => new(os, "arm", "v7"),
            ("armel", _) => new(os, "arm", "v6"),
            ("arm", "") => new(os, "arm", "v7"),
            _ => new(os, architecture, variant),
        };
    }

    public override string ToString() => Variant.Length == 0 ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}
