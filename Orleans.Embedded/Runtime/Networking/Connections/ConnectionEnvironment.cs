using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Orleans.Connections.Security;

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
    /// <summary>What other processes may do; null: everything.</summary>
    public ICallerPolicy? Callers { get; init; }

    /// <summary>Writes header fields of a later protocol into each call; for tests.</summary>
    public Action<Serialization.WireWriter>? ExtraHeaderFields { get; init; }

    /// <summary>Whether a process may be who it says that it is.</summary>
    public bool Accepts(PeerId peer, X509Certificate2? certificate) => peer.IsClient || Callers?.MayBeSilo(certificate) != false;

    /// <summary>Whether a process that was accepted still is.</summary>
    public bool StillAccepts(PeerId peer, X509Certificate2? certificate) =>
        Callers is null || (peer.IsClient ? Callers.MayStay(certificate) : Callers.MayBeSilo(certificate));

    public LinkKind LinkTo(PeerId peer) =>
        peer.IsClient ? LinkKind.GatewayToClient : Local.Peer.IsClient ? LinkKind.ClientToGateway : LinkKind.SiloToSilo;
}
