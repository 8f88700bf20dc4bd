using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Warren.Containers;

namespace Warren.Agent.Network.Records;

/// <summary>What a request may ask for, and whether a record is its answer.</summary>
internal static class RequestRules
{
    private const int MaxPorts = 1000;

    /// <summary>All that is wrong with a request, a line each.</summary>
    public static IReadOnlyList<string> Validate(NetworkRequest request)
    {
        var problems = new List<string>();
        if (request.Mode is not (NetworkMode.Bridge or NetworkMode.None)) problems.Add($"mode: must be bridge or none, was {request.Mode}");
        if (request.Mode == NetworkMode.None && request.Ports.Length > 0) problems.Add("ports: a container without a network publishes none");
        if (request.Ports.Length > MaxPorts) problems.Add($"ports: at most {MaxPorts}, were {request.Ports.Length}");
        for (var i = 0; i < request.Ports.Length; i++)
        {
            var port = request.Ports[i];
            if (port.ContainerPort is < 1 or > ushort.MaxValue) problems.Add($"ports[{i}].container port: must be 1 to 65535, was {port.ContainerPort}");
            if (port.HostPort is < 1 or > ushort.MaxValue) problems.Add($"ports[{i}].host port: must be 1 to 65535, was {port.HostPort}");
            if (!Enum.IsDefined(port.Protocol)) problems.Add($"ports[{i}].protocol: must be tcp or udp, was {port.Protocol}");
            if (port.HostAddress is not null && !IPAddress.TryParse(port.HostAddress, out _))
                problems.Add($"ports[{i}].host address: must be an IPv4 or IPv6 address, was '{port.HostAddress}'");
        }

        return problems;
    }

    /// <summary>Whether a record gives what the request asks for.</summary>
    public static bool IsFor(NetworkRequest request, AttachmentRecord record) =>
        request.Mode == record.Mode && request.Ports.Length == record.Ports.Length
        && request.Ports.Zip(record.Ports).All(pair => IsFor(pair.First, pair.Second));

    /// <summary>The ports in the order in which they were asked for.</summary>
    public static ImmutableArray<PublishedPort> InOrderOf(ImmutableArray<PortSpec> specs, List<PublishedPort> taken)
    {
        var left = taken.ToList();
        // One that was asked for by number also fits a specification that leaves it open, so those come first here too.
        var given = new PublishedPort[specs.Length];
        foreach (var index in Enumerable.Range(0, specs.Length).OrderBy(index => specs[index].HostPort is null))
        {
            var match = left.FindIndex(port => IsFor(specs[index], port));
            given[index] = left[match];
            left.RemoveAt(match);
        }

        return [.. given];
    }

    /// <summary>The port as a user writes it.</summary>
    public static string Name(PublishedPort port)
    {
        var place = port.HostAddress is null
            ? port.HostPort.ToString(CultureInfo.InvariantCulture)
            : new IPEndPoint(port.HostAddress, port.HostPort).ToString();
        return $"{place}/{port.Protocol.ToString().ToLowerInvariant()}";
    }

    private static bool IsFor(PortSpec spec, PublishedPort port) =>
        spec.Protocol == port.Protocol && spec.ContainerPort == port.ContainerPort && (spec.HostPort ?? port.HostPort) == port.HostPort
        && (spec.HostAddress is null ? port.HostAddress is null : IPAddress.Parse(spec.HostAddress).Equals(port.HostAddress));
}
