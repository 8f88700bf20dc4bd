using System.Collections.Immutable;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Networking;

namespace Orleans.Runtime;

/// <summary>Carries what membership says to silos and clients.</summary>
internal sealed class SiloGossip(ConnectionManager connections) : IGossipSender
{
    public void Broadcast(ReadOnlySpan<byte> payload, ImmutableArray<SiloAddress> silos, bool toClients)
    {
        foreach (var silo in silos) connections.SendControl(PeerId.OfSilo(silo), ControlKind.View, payload);
        if (!toClients) return;
        foreach (var peer in connections.Connected)
        {
            if (peer.IsClient) connections.SendControl(peer, ControlKind.View, payload);
        }
    }
}
