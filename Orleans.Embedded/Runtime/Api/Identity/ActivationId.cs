namespace Orleans.Runtime;

/// <summary>Names one activation of a grain: the same grain activated again has another.</summary>
public readonly struct ActivationId : IEquatable<ActivationId>
{
    internal ActivationId(Guid key) => Key = key;

    internal Guid Key { get; }

    /// <summary>Whether this is the unset value.</summary>
    public bool IsDefault => Key == Guid.Empty;

    public static ActivationId NewId() => new(Guid.NewGuid());

    public bool Equals(ActivationId other) => Key == other.Key;

    public override bool Equals(object? obj) => obj is ActivationId other && Equals(other);

    public override int GetHashCode() => Key.GetHashCode();

    public static bool operator ==(ActivationId left, ActivationId right) => left.Equals(right);

    public static bool operator !=(ActivationId left, ActivationId right) => !left.Equals(right);

    public override string ToString() => "@" + Key.ToString("N");
}
