namespace Warren.Silo.Stores;

/// <summary>Whose rows a store reads and writes: several services and clusters may share a database.</summary>
/// <param name="ServiceId">Owner of states and reminders.</param>
/// <param name="ClusterId">Owner of the membership.</param>
/// <param name="FencedSilo">This silo's address, if only living members of the cluster may write; else null.</param>
internal sealed record StoreScope(string ServiceId, string ClusterId, Func<string>? FencedSilo);
