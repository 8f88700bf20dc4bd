using Microsoft.Extensions.Logging;
using Warren.Content;
using Warren.Grains.Work;
using Warren.Nodes;

namespace Warren.Grains.Nodes;

/// <summary>
/// Lists the nodes. One grain is enough: it is written when a node joins or leaves, told when one changes its condition or spec, and read once by
/// each silo after that. Only ids are stored; a new activation asks the nodes, before it says what there is.
/// </summary>
[GrainType("node-catalog"), KeepAlive]
internal sealed partial class NodeCatalogGrain(
    [PersistentState("nodes")] IPersistentState<NodeCatalogState> store, TimeProvider time, ILogger<NodeCatalogGrain> logger) : Grain, INodeCatalogGrain
{
    /// <summary>How many changes an activation can count before it would reach the versions of the next: more than it ever sees.</summary>
    private const int BitsOfChanges = 32;

    /// <summary>Readers wait for the first answers of all nodes, but not longer for one that is slow.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly Dictionary<NodeId, (NodeRecord Record, long Version)> _nodes = [];
    private readonly Dictionary<NodeId, long> _removed = [];
    private readonly HashSet<NodeId> _late = [];
    private Guid _epoch;
    private long _version;
    private BackgroundWork? _filling;
    private Task<IReadOnlyList<(NodeId Item, Exception Failure)>>? _first;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await store.WriteAsync(store.State with { Epochs = store.State.Epochs + 1 });
        _version = (long)store.State.Epochs << BitsOfChanges;

        // The number tells epochs apart; it is put in the form that readers compare.
        _epoch = new Guid(store.State.Epochs, 0, 0, new byte[8]);
        foreach (var id in store.State.Removed) _removed.Add(id, _version);

        // Not awaited here: a node may be telling this very grain something, and answers only after that.
        _filling = new(this, time, FillAsync, LogFillFailed);
        _filling.Arm();
    }

    public async Task<long> PublishAsync(NodeId id, NodeRecord? node)
    {
        if (node is null) return await RemoveAsync(id);
        if (store.State.Removed.Contains(id)) throw new ConflictException($"node {id} was removed from the cluster; its id does not come back");
        CheckName(node);
        if (_nodes.TryGetValue(id, out var known) && ContentComparison.AreEqual(known.Record, Known(node))) return known.Version;
        if (!store.State.Nodes.Contains(id)) await store.WriteAsync(store.State with { Nodes = store.State.Nodes.Add(id) });
        _nodes[id] = (Known(node), ++_version);
        return _version;
    }

    public async Task<NodeCatalogChanges> GetChangesAsync(NodeCatalogVersion? since)
    {
        // Not left to the timer: an activation that is about to move runs none any more, and ends when its calls have.
        await AskFirst();
        var from = since?.Epoch == _epoch ? since.Value.Number : -1;
        return new()
        {
            Version = new(_epoch, _version),
            IsEverything = from < 0,
            Nodes = [.. _nodes.Values.Where(node => node.Version > from).Select(node => node.Record)],
            Removed = [.. _removed.Where(node => node.Value > from).Select(node => node.Key)],
        };
    }

    private async Task<long> RemoveAsync(NodeId id)
    {
        if (_removed.TryGetValue(id, out var version)) return version;
        await store.WriteAsync(store.State with { Nodes = store.State.Nodes.Remove(id), Removed = store.State.Removed.Add(id) });
        _nodes.Remove(id);
        _removed[id] = ++_version;
        return _version;
    }

    /// <summary>
    /// Asks the nodes that have not told yet. Those that cannot answer are not known for now, and are asked again; whoever has read the catalog meanwhile hears of them by
    /// themselves.
    /// </summary>
    private async Task FillAsync()
    {
        var silent = await (_first is { IsCompleted: true } ? AskAsync(isLate: true) : AskFirst());
        var unheard = await Batches.ForEachAsync(_late.ToArray(), async id =>
        {
            await GrainFactory.GetGrain<INodeGrain>(id.Value).AnnounceAsync().WaitAsync(s_patience, time);
            _late.Remove(id);
        });
        if (silent.Count + unheard.Count > 0)
        {
            var (first, failure) = silent.Count > 0 ? silent[0] : unheard[0];
            throw new AggregateException($"{silent.Count + unheard.Count} of {store.State.Nodes.Count} nodes did not answer, {first} the first of them", failure);
        }
    }

    private Task<IReadOnlyList<(NodeId Item, Exception Failure)>> AskFirst() => _first ??= AskAsync(isLate: false);

    /// <param name="isLate">Whether the catalog may have been read without them.</param>
    /// <returns>Those that did not answer.</returns>
    private Task<IReadOnlyList<(NodeId Item, Exception Failure)>> AskAsync(bool isLate) =>
        Batches.ForEachAsync(store.State.Nodes.Where(id => !_nodes.ContainsKey(id)), async id =>
        {
            var node = await GrainFactory.GetGrain<INodeGrain>(id.Value).GetAsync().WaitAsync(s_patience, time);

            // What the node has told meanwhile is not older.
            if (node is null || !store.State.Nodes.Contains(id) || !_nodes.TryAdd(id, (Known(node), _version + 1))) return;
            _version++;
            if (isLate) _late.Add(id);
        });

    private void CheckName(NodeRecord node)
    {
        foreach (var (other, _) in _nodes.Values)
        {
            if (other.Id != node.Id && other.Description.Name == node.Description.Name)
            {
                throw new ConflictException(
                    $"node {node.Id} cannot be called {node.Description.Name}: that is the name of node {other.Id}; give it another name, or remove {other.Id}");
            }
        }
    }

    /// <summary>What others need to know of a node. What changes with every task, image and heartbeat is not part of it.</summary>
    private static NodeRecord Known(NodeRecord node) =>
        node with { Reservations = [], Images = [], Version = 0, Status = node.Status with { LastHeardAt = null } };
}
