namespace Warren.Silo.Secrets;

/// <summary>A manager and the key that its key file has.</summary>
internal sealed record KeyHolder
{
    /// <summary>The manager's name; its node id until it has started for the first time.</summary>
    public required string Name { get; init; }

    /// <summary>The key, by <see cref="KeyRing.IdOf"/>.</summary>
    public required string Key { get; init; }
}
