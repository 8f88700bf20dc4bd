using Google.Protobuf.WellKnownTypes;
using Warren.Nodes;
using Warren.Tasks;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>Tasks, to the API.</summary>
internal static class TaskMap
{
    /// <summary>Writes all of it.</summary>
    /// <param name="from">The task.</param>
    /// <param name="nameOf">The name of a node; empty if it is not known.</param>
    public static Proto.Task Write(TaskRecord from, Func<NodeId, string> nameOf)
    {
        var to = new Proto.Task
        {
            Id = from.Id.ToString(),
            SpecVersion = from.SpecVersion,
            CreatedAt = from.CreatedAt.ToTimestamp(),
            Desired = EnumMap.To<DesiredState, Proto.DesiredState>(from.Desired),
            DesiredAt = from.DesiredAt.ToTimestamp(),
            DesiredReason = from.DesiredReason,
            Observed = Write(from.Observed),
            NotBefore = from.NotBefore?.ToTimestamp(),
            LastReport = from.LastReport,
            Service = from.Id.Service.Value,
            Slot = from.Id.Slot.ToString(),
            NodeName = from.Node is { } placed ? nameOf(placed) : "",
            IsReady = from.Observed.IsReady(),
        };
        if (from.Node is { } node) to.Node = node.Value;
        return to;
    }

    private static Proto.TaskObservation Write(TaskObservation from)
    {
        var to = new Proto.TaskObservation
        {
            State = EnumMap.To<TaskState, Proto.TaskState>(from.State),
            At = from.At.ToTimestamp(),
            Reason = from.Reason,
            Addresses = { from.Addresses },
            Ports = { from.Ports.Select(Write) },
            Health = EnumMap.To<TaskHealth, Proto.TaskHealth>(from.Health),
            StartedAt = from.StartedAt?.ToTimestamp(),
            FinishedAt = from.FinishedAt?.ToTimestamp(),
            OutOfMemory = from.OutOfMemory,
            LocalRestarts = from.LocalRestarts,
        };
        if (from.ExitCode is { } code) to.ExitCode = code;
        return to;
    }

    private static Proto.TaskPort Write(TaskPort from)
    {
        var to = new Proto.TaskPort { ContainerPort = from.ContainerPort, HostPort = from.HostPort, Protocol = PortMap.Write(from.Protocol) };
        if (from.HostAddress is { } address) to.HostAddress = address;
        return to;
    }
}
