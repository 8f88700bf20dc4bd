using Microsoft.Extensions.Logging;

namespace Orleans.Runtime.Networking;

/// <summary>What all connections of one silo or client have in common.</summary>
internal sealed record ConnectionEnvironment(
    LocalProcess Local,
    NetworkOptions Options,
    IMessageHandler Handler,
    NetworkMetrics Metrics,
    TimeProvider Time,
    ILogger Logger)
{
    /// <summary>Writes header fields of a later protocol into each call; for tests.</summary>
    public Action<Serialization.WireWriter>? ExtraHeaderFields { get; init; }

    public LinkKind LinkTo(PeerId peer) =>
        peer.IsClient ? LinkKind.GatewayToClient : Local.Peer.IsClient ? LinkKind.ClientToGateway : LinkKind.SiloToSilo;
}
