using System.Collections.Immutable;
using Warren.Agent.Runtime;

namespace Warren.Agent.Network;

/// <summary>
/// Connects containers to the node. What it makes is named after the container, so that each method finishes what a crash cut short and
/// can be called twice. Failures are <see cref="NetworkException"/>.
/// </summary>
public interface INetworkPlane : IAsyncDisposable
{
    /// <summary>
    /// Makes bridge, forwarding and nftables table, and takes up the addresses and ports on record. Called once before anything else; on a
    /// node that is set up already it changes nothing, and running containers keep their traffic.
    /// </summary>
    /// <exception cref="NetworkException">A prerequisite is missing, or something else on the node has the subnet; the message says what.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Gives a container a network namespace, addresses and its published ports. Called again with the same request it returns the same
    /// attachment, after repairing what is missing of it.
    /// </summary>
    /// <exception cref="NetworkException">
    /// <see cref="NetworkFault.AddressesExhausted"/>, or <see cref="NetworkFault.PortConflict"/> naming the port and who has it. Nothing is kept.
    /// </exception>
    Task<NetworkAttachment> AttachAsync(NetworkRequest request, CancellationToken cancellationToken);

    /// <summary>Takes all of it away. Without an attachment it clears what may be left of one and does nothing more.</summary>
    Task DetachAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>All attachments on record.</summary>
    Task<ImmutableArray<NetworkAttachment>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Removes what belongs to no container of the list: namespaces, interfaces, rules, addresses, records.</summary>
    /// <returns>What was removed, a line each, for the log.</returns>
    Task<ImmutableArray<string>> SweepAsync(IReadOnlySet<ContainerId> keep, CancellationToken cancellationToken);
}
