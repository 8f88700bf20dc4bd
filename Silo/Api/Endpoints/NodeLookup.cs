using System.Collections.Immutable;
using Warren.Grains.Nodes;
using Warren.Nodes;

namespace Warren.Silo.Api.Endpoints;

/// <summary>Finds nodes by id or name.</summary>
internal sealed class NodeLookup(NodeView nodes)
{
    /// <summary>All nodes as they are now, without their reservations.</summary>
    public async Task<ImmutableSortedDictionary<NodeId, NodeRecord>> AllAsync()
    {
        await nodes.RefreshAsync();
        return nodes.Nodes;
    }

    /// <summary>The node of an id, else of a name.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    public async Task<NodeId> FindAsync(string text)
    {
        var all = await AllAsync();
        if (NodeId.TryParse(text, out var id) && all.ContainsKey(id)) return id;
        return all.Values.FirstOrDefault(node => node.Description.Name == text)?.Id ?? throw new NotFoundException($"there is no node {text}");
    }
}
