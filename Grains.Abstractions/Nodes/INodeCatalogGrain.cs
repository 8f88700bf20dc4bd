using Orleans.Concurrency;

namespace Warren.Nodes;

/// <summary>
/// Which nodes there are, with what others need to know of them; key <see cref="Key"/>. Only ids are stored, the rest is told again by the nodes'
/// grains after a crash.
/// </summary>
[Alias("warren.node-catalog-grain")]
public interface INodeCatalogGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "nodes";

    /// <summary>A node has changed in something but its reservations, is new, or (null) was removed.</summary>
    /// <returns>The number of the version of the catalog that has it; it grows over restarts, too. Saying what is known returns a version before.</returns>
    /// <exception cref="ConflictException">Another node has the name.</exception>
    [Alias("PublishAsync")]
    Task<long> PublishAsync(NodeId id, NodeRecord? node);

    /// <summary>What changed after a version of the catalog; null: everything. Reservations are not part of it.</summary>
    [Alias("GetChangesAsync"), AlwaysInterleave]
    Task<NodeCatalogChanges> GetChangesAsync(NodeCatalogVersion? since);
}
