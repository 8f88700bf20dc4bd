using Google.Protobuf.WellKnownTypes;
using Warren.Nodes;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>Nodes, to the API.</summary>
internal static class NodeMap
{
    /// <summary>Writes all of it.</summary>
    public static Proto.Node Write(NodeRecord from) => new()
    {
        Id = from.Id.Value,
        Spec = new()
        {
            Labels = { from.Spec.Labels },
            Availability = EnumMap.To<NodeAvailability, Proto.NodeAvailability>(from.Spec.Availability),
        },
        Description = new()
        {
            Name = from.Description.Name,
            Platform = from.Description.Platform.ToString(),
            Capacity = Write(from.Description.Capacity),
            Role = EnumMap.To<NodeRole, Proto.NodeRole>(from.Description.Role),
            Addresses = { from.Description.Addresses },
            AgentVersion = from.Description.AgentVersion,
            RuntimeVersion = from.Description.RuntimeVersion,
            KernelVersion = from.Description.KernelVersion,
            OperatingSystem = from.Description.OperatingSystem,
            Attributes = { from.Description.Attributes },
        },
        Status = new()
        {
            Condition = EnumMap.To<NodeCondition, Proto.NodeCondition>(from.Status.Condition),
            Since = from.Status.Since.ToTimestamp(),
            Reason = from.Status.Reason,
            LastHeardAt = from.Status.LastHeardAt?.ToTimestamp(),
        },
        Reservations = { from.Reservations.Select(Write) },
        Images = { from.Images },
        JoinedAt = from.JoinedAt.ToTimestamp(),
        Version = from.Version,
        SpecVersion = from.SpecVersion,
    };

    private static Proto.ResourceAmount Write(ResourceAmount from) => new() { CpuMillicores = from.CpuMillicores, Memory = from.Memory };

    private static Proto.NodeReservation Write(NodeReservation from)
    {
        var to = new Proto.NodeReservation
        {
            Task = from.Task.ToString(),
            Resources = Write(from.Resources),
            HostPorts = { from.HostPorts.Select(Write) },
        };
        if (from.MaxPerNode is { } most) to.MaxPerNode = most;
        return to;
    }

    private static Proto.HostPort Write(HostPort from)
    {
        var to = new Proto.HostPort { Number = from.Number, Protocol = PortMap.Write(from.Protocol) };
        if (from.Address is { } address) to.Address = address;
        return to;
    }
}
