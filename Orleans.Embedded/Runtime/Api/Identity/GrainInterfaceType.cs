namespace Orleans.Runtime;

/// <summary>The name of a grain interface, as it travels between processes.</summary>
public readonly struct GrainInterfaceType : IEquatable<GrainInterfaceType>, ISpanFormattable
{
    public GrainInterfaceType(IdSpan value) => Value = value;

    public IdSpan Value { get; }

    /// <summary>Whether this is the unset value.</summary>
    public bool IsDefault => Value.IsDefault;

    public static GrainInterfaceType Create(string value) => new(IdSpan.Create(value));

    public bool Equals(GrainInterfaceType other) => Value.Equals(other.Value);

    public override bool Equals(object? obj) => obj is GrainInterfaceType other && Equals(other);

    public override int GetHashCode() => Value.GetHashCode();

    public static bool operator ==(GrainInterfaceType left, GrainInterfaceType right) => left.Equals(right);

    public static bool operator !=(GrainInterfaceType left, GrainInterfaceType right) => !left.Equals(right);

    public override string ToString() => Value.ToString();

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        Value.TryFormat(destination, out charsWritten);
}
