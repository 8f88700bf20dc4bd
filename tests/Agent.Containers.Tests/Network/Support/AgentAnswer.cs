using System.Collections.Immutable;
using System.Net;
using Warren.Agent.Network;
using Warren.Agent.Network.Records;
using Warren.Agent.Runtime;

namespace Warren.Agent.Containers.Tests.Network.Support;

/// <summary>What became of a command, as a line of JSON.</summary>
internal sealed record AgentAnswer(NetworkFault? Fault, string? Message, ImmutableArray<AgentAttachment> Attachments, ImmutableArray<string> Removed);

/// <summary>An attachment in types that JSON knows.</summary>
internal sealed record AgentAttachment(string Id, string NamespacePath, ImmutableArray<string> Addresses, string Ports)
{
    public static AgentAttachment Of(NetworkAttachment attachment) => new(
        attachment.Id.Value, attachment.NamespacePath, [.. attachment.Addresses.Select(address => address.ToString())], PortText.Format(attachment.Ports));

    public NetworkAttachment ToAttachment() =>
        new(new ContainerId(Id), NamespacePath, [.. Addresses.Select(IPAddress.Parse)], PortText.Parse(Ports));
}
