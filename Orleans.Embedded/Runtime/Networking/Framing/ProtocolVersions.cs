namespace Orleans.Runtime.Networking;

/// <summary>
/// The protocol versions a process speaks. Two processes use the smaller of their greatest versions. A release speaks the version of
/// the release before it too, so that a cluster can be upgraded one process at a time.
/// </summary>
/// <param name="Min">The oldest.</param>
/// <param name="Max">The newest.</param>
internal readonly record struct ProtocolVersions(int Min, int Max)
{
    public static ProtocolVersions Current { get; } = new(1, 1);

    /// <summary>The version for a connection to a process that speaks <paramref name="other"/>; 0 when there is none.</summary>
    public int Negotiate(ProtocolVersions other)
    {
        var version = Math.Min(Max, other.Max);
        return version >= Min && version >= other.Min ? version : 0;
    }

    public override string ToString() => Min == Max ? $"{Min}" : $"{Min} to {Max}";
}
