namespace Orleans;

/// <summary>
/// The version row of a membership table: a number that grows by one with each change of the membership, and the ETag by which the
/// table tells whether a writer has seen the last change.
/// </summary>
/// <param name="version">The number.</param>
/// <param name="eTag">The ETag of the version row as it was read.</param>
[GenerateSerializer, Immutable]
public sealed class TableVersion(int version, string eTag) : ISpanFormattable, IEquatable<TableVersion>
{
    [Id(0)]
    public int Version { get; } = version;

    [Id(1)]
    public string VersionEtag { get; } = eTag;

    /// <summary>What to write over this version: the next number, with the ETag that proves this one was read.</summary>
    public TableVersion Next() => new(Version + 1, VersionEtag);

    public bool Equals(TableVersion? other) => other is not null && Version == other.Version && VersionEtag == other.VersionEtag;

    public override bool Equals(object? obj) => Equals(obj as TableVersion);

    public override int GetHashCode() => HashCode.Combine(Version, VersionEtag);

    public static bool operator ==(TableVersion? left, TableVersion? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(TableVersion? left, TableVersion? right) => !(left == right);

    public override string ToString() => $"<{Version}, {VersionEtag}>";

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite($"<{Version}, {VersionEtag}>", out charsWritten);
}
