using System.Collections.Immutable;

namespace Orleans.Runtime.Membership;

/// <summary>Sends <see cref="GossipMessage"/>s, as control frames of kind 1.</summary>
internal interface IGossipSender
{
    /// <summary>
    /// Sends the bytes to the silos, connecting where needed, and if asked to every client that is connected. Does not wait, and may
    /// lose a message: the membership table makes up for it.
    /// </summary>
    void Broadcast(ReadOnlySpan<byte> payload, ImmutableArray<SiloAddress> silos, bool toClients);
}
