using System.Collections.Immutable;
using Warren.Nodes;

namespace Warren.Grains.Nodes;

/// <summary>
/// A silo's copy of the catalog of nodes, one for all grains of the silo, so that a service decides without asking each node. It is read on
/// demand: whoever was told of a version makes sure of that version first.
/// </summary>
internal sealed class NodeView(IGrainFactory grains)
{
    private readonly Lock _gate = new();
    private volatile NodeViewSnapshot _current = NodeViewSnapshot.Empty;
    private Task? _reading;

    /// <summary>The nodes as last read, all of one version.</summary>
    public NodeViewSnapshot Current => _current;

    /// <summary>The nodes as last read, without reservations.</summary>
    public ImmutableSortedDictionary<NodeId, NodeRecord> Nodes => _current.Nodes;

    /// <summary>Nodes that were removed for good.</summary>
    public ImmutableHashSet<NodeId> RemovedNodes => _current.RemovedNodes;

    /// <summary>
    /// Ends when the copy is at least of this version, or as new as the catalog was when this was called. With 0: when it was read once.
    /// </summary>
    /// <param name="version">From <see cref="INodeCatalogGrain.PublishAsync"/>, as nodes tell it.</param>
    public async Task EnsureAtLeastAsync(long version)
    {
        // The reading that is under way may have begun too early; the one after it has not.
        for (var i = 0; i < 2 && IsBehind(version); i++) await ReadAsync();
    }

    /// <summary>Ends when the copy is as new as the catalog was when this was called.</summary>
    public async Task RefreshAsync()
    {
        if (ReadingUnderWay() is { } early) await early;
        await ReadAsync();
    }

    private Task? ReadingUnderWay()
    {
        lock (_gate) return _reading is { IsCompleted: false } ? _reading : null;
    }

    private bool IsBehind(long version) => _current is var known && (known.Version is not { } at || at.Number < version);

    private Task ReadAsync()
    {
        lock (_gate) return _reading is { IsCompleted: false } ? _reading : _reading = ReadCatalogAsync();
    }

    private async Task ReadCatalogAsync()
    {
        var known = _current;
        _current = known.With(await grains.GetGrain<INodeCatalogGrain>(INodeCatalogGrain.Key).GetChangesAsync(known.Version));
    }
}
