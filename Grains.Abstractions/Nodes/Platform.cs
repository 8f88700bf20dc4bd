using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Warren.Nodes;

/// <summary>What a program was built for, in the words of OCI images: <c>linux/amd64</c>, <c>linux/arm/v7</c>.</summary>
[GenerateSerializer, Alias("warren.platform"), Immutable]
public readonly record struct Platform : IParsable<Platform>, IComparable<Platform>
{
    private const string Rule = "<os>/<architecture>[/<variant>], each of a-z, 0-9, '.', '_' and '-'";

    [Id(0)]
    private readonly string? _os;

    [Id(1)]
    private readonly string? _architecture;

    [Id(2)]
    private readonly string? _variant;

    /// <summary>Names a platform.</summary>
    /// <exception cref="ArgumentException">A part has other characters than names of platforms have.</exception>
    public Platform(string os, string architecture, string? variant = null)
    {
        if (!IsPart(os) || !IsPart(architecture) || (variant is not null && !IsPart(variant)))
            throw new ArgumentException($"'{os}/{architecture}/{variant}' is no platform: {Rule}", nameof(os));
        (_os, _architecture, _variant) = (os, architecture, variant);
    }

    /// <summary>The operating system: <c>linux</c>.</summary>
    public string Os => _os ?? throw new InvalidOperationException("This platform was never set.");

    /// <summary>The architecture: <c>amd64</c>, <c>arm64</c>, <c>arm</c>, …</summary>
    public string Architecture => _architecture ?? throw new InvalidOperationException("This platform was never set.");

    /// <summary>The variant of the architecture: <c>v7</c>. Null: none is told apart.</summary>
    public string? Variant => _variant;

    /// <summary>
    /// Whether a node of this platform runs an image of the other one: same system and architecture, and a variant that is no later; amd64 runs
    /// 386 and arm64 runs arm too. No variant means the first one of amd64 (v1), v7 of arm, v8 of arm64.
    /// </summary>
    public bool Runs(Platform image) => Os == image.Os && (Architecture, image.Architecture) switch
    {
        ("amd64", "386") or ("arm64", "arm") => true,
        var (own, other) => own == other && VariantOf(image) <= VariantOf(this),
    };

    /// <summary>Takes the text of a platform.</summary>
    /// <exception cref="FormatException">It is none; the message says the rule.</exception>
    public static Platform Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var result) ? result : throw new FormatException($"'{s}' is no platform: {Rule}");

    /// <summary>Takes a text that may be no platform.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Platform result)
    {
        result = default;
        var parts = s?.Split('/') ?? [];
        if (parts.Length is not (2 or 3) || !parts.All(IsPart)) return false;
        result = new(parts[0], parts[1], parts.Length == 3 ? parts[2] : null);
        return true;
    }

    /// <summary>By the text's characters.</summary>
    public int CompareTo(Platform other) => string.CompareOrdinal(ToString(), other.ToString());

    /// <inheritdoc/>
    public override string ToString() => (_os, _variant) switch
    {
        (null, _) => "",
        (_, null) => $"{_os}/{_architecture}",
        _ => $"{_os}/{_architecture}/{_variant}",
    };

    private static bool IsPart(string part) =>
        part.Length > 0 && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-');

    // Variants are numbered; one that is not is met by itself only.
    private static double VariantOf(Platform platform)
    {
        var variant = platform._variant ?? platform._architecture switch
        {
            "arm" => "v7",
            "arm64" => "v8",
            _ => "v1",
        };
        return variant[0] == 'v'
            && double.TryParse(variant.AsSpan(1), CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
