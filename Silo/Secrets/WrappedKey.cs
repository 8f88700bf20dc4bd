namespace Warren.Silo.Secrets;

/// <summary>The data key under one key of the key files.</summary>
internal sealed record WrappedKey
{
    /// <summary>Which key it is under, by <see cref="KeyRing.IdOf"/>.</summary>
    public required string Key { get; init; }

    /// <summary>The data key, sealed.</summary>
    public required ReadOnlyMemory<byte> Sealed { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset At { get; init; }
}
