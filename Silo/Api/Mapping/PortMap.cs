using Warren.Containers;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>Published ports, to the API and back.</summary>
internal static class PortMap
{
    /// <summary>Reads what a request says.</summary>
    public static PortSpec Read(Proto.PortSpec from, FieldProblems problems, string path) => new()
    {
        ContainerPort = from.ContainerPort,
        HostPort = from.HasHostPort ? from.HostPort : null,
        Protocol = problems.Enum($"{path}.protocol", from.Protocol, PortProtocol.Tcp),
        HostAddress = from.HasHostAddress ? from.HostAddress : null,
    };

    /// <summary>Writes all of it.</summary>
    public static Proto.PortSpec Write(PortSpec from)
    {
        var to = new Proto.PortSpec { ContainerPort = from.ContainerPort, Protocol = Write(from.Protocol) };
        if (from.HostPort is { } port) to.HostPort = port;
        if (from.HostAddress is { } address) to.HostAddress = address;
        return to;
    }

    /// <summary>Writes a transport.</summary>
    public static Proto.PortProtocol Write(PortProtocol from) => EnumMap.To<PortProtocol, Proto.PortProtocol>(from);
}
