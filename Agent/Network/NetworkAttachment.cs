using System.Collections.Immutable;
using System.Net;
using Warren.Agent.Runtime;

namespace Warren.Agent.Network;

/// <summary>How a container is connected.</summary>
/// <param name="Id">The container.</param>
/// <param name="NamespacePath">The file that its network namespace is bound to.</param>
/// <param name="Addresses">Its addresses, IPv4 first; empty without a bridge.</param>
/// <param name="Ports">What is published, with the ports that were chosen.</param>
public sealed record NetworkAttachment(
    ContainerId Id, string NamespacePath, ImmutableArray<IPAddress> Addresses, ImmutableArray<PublishedPort> Ports);
