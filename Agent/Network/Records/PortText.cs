using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Warren.Containers;

namespace Warren.Agent.Network.Records;

/// <summary>Published ports as text: <c>tcp|host address, if any|host port|container port</c>, one after a blank.</summary>
internal static class PortText
{
    public static string Format(ImmutableArray<PublishedPort> ports) => string.Join(' ', ports.Select(port => string.Create(
        CultureInfo.InvariantCulture, $"{port.Protocol.ToString().ToLowerInvariant()}|{port.HostAddress}|{port.HostPort}|{port.ContainerPort}")));

    /// <exception cref="FormatException">It is not such a text.</exception>
    public static ImmutableArray<PublishedPort> Parse(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseOne)];

    private static PublishedPort ParseOne(string text) =>
        text.Split('|') is [var protocol, var address, var hostPort, var containerPort]
            ? new(
                protocol switch
                {
                    "tcp" => PortProtocol.Tcp,
                    "udp" => PortProtocol.Udp,
                    _ => throw new FormatException($"'{protocol}' is no protocol"),
                },
                address.Length == 0 ? null : IPAddress.Parse(address),
                int.Parse(hostPort, NumberStyles.None, CultureInfo.InvariantCulture),
                int.Parse(containerPort, NumberStyles.None, CultureInfo.InvariantCulture))
            : throw new FormatException($"'{text}' is no published port");
}
