using System.Collections.Immutable;
using Warren.Volumes;

namespace Warren.Nodes;

/// <summary>Asks a node to promise room for a task.</summary>
[GenerateSerializer, Alias("warren.admission-request"), Immutable]
public sealed record AdmissionRequest
{
    /// <summary>What the node is asked to promise, and to whom.</summary>
    [Id(0)]
    public required NodeReservation Reservation { get; init; }

    /// <summary>The version of the service's spec that the task runs.</summary>
    [Id(1)]
    public required long SpecVersion { get; init; }

    /// <summary>Volumes that must be on this node then; one that is nowhere yet comes to be here. Default: none.</summary>
    [Id(2)]
    public ImmutableArray<VolumeName> Volumes { get; init; } = [];
}
