namespace Warren.Silo.Stores;

/// <summary>What became of a write whose transaction was committed.</summary>
/// <param name="Applied">Whether the row was changed; if not, its version was not the expected one.</param>
/// <param name="Version">The row's version: the new one, or the one found instead. Null if there is no row.</param>
internal readonly record struct WriteResult(bool Applied, long? Version);
