using System.Collections.Immutable;
using System.Net;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Network.Records;

/// <summary>What a container was given.</summary>
/// <param name="Id">The container.</param>
/// <param name="Mode">Bridge or none.</param>
/// <param name="Number">Its number in the subnets; null without a bridge.</param>
/// <param name="Ipv4">Its IPv4 address; null without a bridge.</param>
/// <param name="Ipv6">Its IPv6 address; null without a bridge or without IPv6.</param>
/// <param name="Ports">What it publishes, in the order of the request.</param>
internal sealed record AttachmentRecord(
    ContainerId Id, NetworkMode Mode, int? Number, IPAddress? Ipv4, IPAddress? Ipv6, ImmutableArray<PublishedPort> Ports)
{
    public ImmutableArray<IPAddress> Addresses => [.. new[] { Ipv4, Ipv6 }.OfType<IPAddress>()];

    public NetworkAttachment ToAttachment(string namespacePath) => new(Id, namespacePath, Addresses, Ports);
}
