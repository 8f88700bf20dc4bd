using Warren.Containers;

namespace Warren.Nodes;

/// <summary>An amount of what the scheduler sets aside: a capacity, a reservation, or what is left.</summary>
/// <param name="CpuMillicores">Thousandths of a core.</param>
/// <param name="Memory">Bytes.</param>
[GenerateSerializer, Alias("warren.resource-amount"), Immutable]
public readonly record struct ResourceAmount(long CpuMillicores, long Memory)
{
    /// <summary>What the scheduler sets aside for a container.</summary>
    public static ResourceAmount ReservedBy(ResourceSpec resources) =>
        new(resources.CpuReservationMillicores ?? 0, resources.MemoryReservation ?? 0);

    /// <summary>Whether there is at least so much of each.</summary>
    public bool Covers(ResourceAmount other) => CpuMillicores >= other.CpuMillicores && Memory >= other.Memory;

    /// <summary>The sum of each.</summary>
    public static ResourceAmount operator +(ResourceAmount left, ResourceAmount right) =>
        new(left.CpuMillicores + right.CpuMillicores, left.Memory + right.Memory);

    /// <summary>The difference of each, which may be less than zero.</summary>
    public static ResourceAmount operator -(ResourceAmount left, ResourceAmount right) =>
        new(left.CpuMillicores - right.CpuMillicores, left.Memory - right.Memory);
}
