using System.Globalization;
using Warren.Cli.Errors;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Compose;

/// <summary>Reads ports: <c>[[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]</c>, each of them also a range, or the long form.</summary>
internal static class ComposePorts
{
    private const string Form = "[[ADDRESS:]PORT:]PORT[/PROTOCOL]";

    private static readonly Dictionary<string, PortProtocol> s_protocols = new() { ["tcp"] = PortProtocol.Tcp, ["udp"] = PortProtocol.Udp };

    /// <summary>The ports of an item; none if it is wrong, which is noted.</summary>
    public static IEnumerable<PortSpec> Read(ComposeValue item)
    {
        var ports = new List<PortSpec>();
        if (item.IsMapping) ports.Add(ReadLong(item));
        else item.Use(text => ports.AddRange(ReadShort(text)));
        return ports;
    }

    private static PortSpec ReadLong(ComposeValue item)
    {
        var port = new PortSpec { Protocol = PortProtocol.Tcp };
        foreach (var (key, value) in item.Keys("services.*.ports[]"))
        {
            value.Use(text =>
            {
                switch (key)
                {
                    case "target":
                        port.ContainerPort = Values.Number("", text);
                        break;
                    case "published":
                        port.HostPort = Values.Number("", text);
                        break;
                    case "host_ip":
                        port.HostAddress = text;
                        break;
                    default:
                        port.Protocol = Values.Choice("", text, s_protocols);
                        break;
                }
            });
        }

        return port;
    }

    private static IEnumerable<PortSpec> ReadShort(string text)
    {
        var slash = text.Split('/');
        if (slash.Length > 2) throw Wrong(text);
        var protocol = slash.Length == 2 ? Values.Choice("", slash[1], s_protocols) : PortProtocol.Tcp;

        // An address of version 6 stands in brackets, for it has colons of its own.
        var (rest, address) = (slash[0], "");
        if (rest.StartsWith('[') && rest.IndexOf("]:", StringComparison.Ordinal) is > 0 and var end) (address, rest) = (rest[1..end], rest[(end + 2)..]);
        var parts = rest.Split(':');
        if (parts.Length > (address.Length > 0 ? 2 : 3)) throw Wrong(text);
        if (parts.Length == 3) (address, parts) = (parts[0], parts[1..]);
        var (first, last) = Range(parts[^1], text);
        var (hostFirst, hostLast) = parts.Length == 2 && parts[0].Length > 0 ? Range(parts[0], text) : (0, 0);
        if (hostFirst > 0 && hostLast - hostFirst != last - first) throw Values.Wrong("", "two ranges of the same length", text);
        for (var i = 0; i <= last - first; i++)
        {
            var port = new PortSpec { ContainerPort = first + i, Protocol = protocol };
            if (hostFirst > 0) port.HostPort = hostFirst + i;
            if (address.Length > 0) port.HostAddress = address;
            yield return port;
        }
    }

    private static (int First, int Last) Range(string text, string all)
    {
        var ends = text.Split('-');
        if (ends.Length > 2 || !Number(ends[0], out var first) || !Number(ends[^1], out var last) || last < first) throw Wrong(all);
        return (first, last);
    }

    private static bool Number(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and < 65_536;

    private static CliException Wrong(string text) => Values.Wrong("", $"{Form}, with ports from 1 to 65535", text);
}
