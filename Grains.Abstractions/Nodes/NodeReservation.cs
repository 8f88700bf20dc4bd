using System.Collections.Immutable;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Nodes;

/// <summary>What a node promised to one task.</summary>
[GenerateSerializer, Alias("warren.node-reservation"), Immutable]
public sealed record NodeReservation
{
    /// <summary>The task.</summary>
    [Id(0)]
    public required TaskId Task { get; init; }

    /// <summary>Processor time and memory.</summary>
    [Id(1)]
    public required ResourceAmount Resources { get; init; }

    /// <summary>Ports of the node. Default: none.</summary>
    [Id(2)]
    public ImmutableArray<HostPort> HostPorts { get; init; } = [];

    /// <summary>The most tasks of the service on the node, as its spec says. Default: no limit.</summary>
    [Id(3)]
    public int? MaxPerNode { get; init; }

    /// <summary>What a task of this spec needs of a node.</summary>
    public static NodeReservation For(TaskId task, ServiceSpec spec) => new()
    {
        Task = task,
        Resources = ResourceAmount.ReservedBy(spec.Container.Resources),
        HostPorts = HostPort.Of(spec.Container),
        MaxPerNode = spec.Placement.MaxPerNode,
    };
}
