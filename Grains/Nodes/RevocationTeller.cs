using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Warren.Clusters;
using Warren.Grains.Clusters;
using Warren.Nodes;

namespace Warren.Grains.Nodes;

/// <summary>
/// Tells the agents whose nodes are kept on this silo of managers that were revoked, at once and by whichever connection there is to them. What is lost on the way the agents hear at their
/// next heartbeat or registration. Safe to use from several threads.
/// </summary>
internal sealed partial class RevocationTeller : IDisposable
{
    private readonly ConcurrentDictionary<NodeId, INodeAgent> _agents = [];
    private readonly TrustBoard _board;
    private readonly ILogger _logger;
    private RevokedManagers _told;

    public RevocationTeller(TrustBoard board, ILogger<RevocationTeller> logger)
    {
        (_board, _logger, _told) = (board, logger, RevokedManagers.Of(board.Current));
        board.Changed += Tell;
    }

    /// <summary>As it is now.</summary>
    public RevokedManagers Current => RevokedManagers.Of(_board.Current);

    /// <summary>An agent is to be told from now on.</summary>
    public void Begin(NodeId node, INodeAgent agent) => _agents[node] = agent;

    /// <summary>A node's agent is told no more.</summary>
    public void End(NodeId node) => _agents.TryRemove(node, out _);

    /// <inheritdoc/>
    public void Dispose() => _board.Changed -= Tell;

    private void Tell(TrustRecord trust)
    {
        var next = RevokedManagers.Of(trust);
        if (Interlocked.Exchange(ref _told, next).Managers.SequenceEqual(next.Managers)) return;
        foreach (var (node, agent) in _agents) _ = TellAsync(node, agent, next);
    }

    private async Task TellAsync(NodeId node, INodeAgent agent, RevokedManagers revoked)
    {
        try
        {
            await agent.RevokedAsync(revoked);
        }
        catch (Exception failure)
        {
            LogNotTold(node, failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Debug, "The agent of {Node} could not be told of revoked managers, and hears it with its next heartbeat: {Cause}")]
    private partial void LogNotTold(NodeId node, string cause);
}
