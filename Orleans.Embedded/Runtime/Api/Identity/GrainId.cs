using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>The identity of a grain: its type and its key. Written as <c>type/key</c>.</summary>
public readonly struct GrainId(GrainType type, IdSpan key)
    : IEquatable<GrainId>, IComparable<GrainId>, ISpanFormattable, ISpanParsable<GrainId>
{
    public GrainType Type { get; } = type;

    public IdSpan Key { get; } = key;

    /// <summary>Whether this is the unset value.</summary>
    public bool IsDefault => Type.IsDefault && Key.IsDefault;

    public static GrainId Create(string type, string key) => new(GrainType.Create(type), IdSpan.Create(key));

    public static GrainId Create(GrainType type, string key) => new(type, IdSpan.Create(key));

    public static GrainId Create(GrainType type, IdSpan key) => new(type, key);

    /// <summary>Reads the form that <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The text has no '/' after a type name.</exception>
    public static GrainId Parse(string value) =>
        TryParse(value, out var result) ? result : throw new FormatException($"'{value}' is not a grain id: expected 'type/key'.");

    public static bool TryParse([NotNullWhen(true)] string? value, out GrainId result) => TryParse(value.AsSpan(), null, out result);

    /// <summary>The hash that places this grain on the ring: the same in every process.</summary>
    public uint GetUniformHashCode() => (uint)StableHash.Mix(((ulong)Type.GetUniformHashCode() << 32) | Key.GetUniformHashCode());

    public bool Equals(GrainId other) => Key.Equals(other.Key) && Type.Equals(other.Type);

    public override bool Equals(object? obj) => obj is GrainId other && Equals(other);

    public override int GetHashCode() => (Type.GetHashCode() * 397) ^ Key.GetHashCode();

    public int CompareTo(GrainId other) => Type.CompareTo(other.Type) is var order && order != 0 ? order : Key.CompareTo(other.Key);

    public static bool operator ==(GrainId left, GrainId right) => left.Equals(right);

    public static bool operator !=(GrainId left, GrainId right) => !left.Equals(right);

    public override string ToString() => $"{Type}/{Key}";

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite($"{Type}/{Key}", out charsWritten);

    static GrainId ISpanParsable<GrainId>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s.ToString());

    static GrainId IParsable<GrainId>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<GrainId>.TryParse(string? s, IFormatProvider? provider, out GrainId result) => TryParse(s, out result);

    static bool ISpanParsable<GrainId>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out GrainId result) =>
        TryParse(s, provider, out result);

    private static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? _, out GrainId result)
    {
        var slash = s.IndexOf('/');
        result = slash > 0 ? Create(s[..slash].ToString(), s[(slash + 1)..].ToString()) : default;
        return slash > 0;
    }
}
