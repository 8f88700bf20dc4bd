using System.Runtime.InteropServices;
using Warren.Nodes;

namespace Warren.Grains.Scheduling;

/// <summary>A node while tasks are being placed: what is promised grows with each.</summary>
internal sealed class WorkingNode
{
    /// <summary>A node with so many tasks counts as full, if nothing was reserved on it.</summary>
    private const double ManyTasks = 200;

    private readonly double _ofCpu, _ofMemory;

    private List<HostPort>? _ports;

    public WorkingNode(NodeRecord record, int index)
    {
        (Record, Index) = (record, index);
        Capacity = record.Description.Capacity;
        Available = Capacity;
        (_ofCpu, _ofMemory) = (Reciprocal(Capacity.CpuMillicores), Reciprocal(Capacity.Memory));
        Hash = StableHash.Of(record.Id.Value);
    }

    public NodeRecord Record { get; }

    /// <summary>Its place in the cluster's order.</summary>
    public int Index { get; }

    public ulong Hash { get; }

    /// <summary>The place of its platform among those that there are.</summary>
    public int Platform { get; init; }

    public ResourceAmount Capacity { get; }

    /// <summary>Capacity less what is promised; less than nothing when the capacity has shrunk.</summary>
    public ResourceAmount Available { get; private set; }

    /// <summary>Tasks of all services.</summary>
    public int Tasks { get; private set; }

    /// <summary>Tasks of the service that is being placed.</summary>
    public int ServiceTasks { get; set; }

    /// <summary>Whether the image that is being placed is here.</summary>
    public bool HasImage { get; set; }

    /// <summary>Whether its tasks count when the next ones are spread: they will stay.</summary>
    public bool KeepsTasks => Record.Status.Condition != NodeCondition.Lost && Record.Spec.Availability != NodeAvailability.Drained;

    public void Promise(ResourceAmount resources, ReadOnlySpan<HostPort> ports)
    {
        Available -= resources;
        Tasks++;
        if (!ports.IsEmpty) (_ports ??= []).AddRange(ports);
    }

    /// <summary>The one of the ports that is taken; null: none.</summary>
    public HostPort? FirstTaken(ReadOnlySpan<HostPort> wanted)
    {
        if (_ports is null) return null;
        foreach (var port in wanted)
        {
            foreach (var taken in CollectionsMarshal.AsSpan(_ports))
            {
                if (port.Collides(taken)) return port;
            }
        }

        return null;
    }

    /// <summary>How full it would be with so much more, from 0 to 1: the greatest of processor time, memory and number of tasks.</summary>
    public double LoadWith(ResourceAmount more)
    {
        var used = Capacity - Available + more;
        return Math.Max(Math.Max(used.CpuMillicores * _ofCpu, used.Memory * _ofMemory), (Tasks + 1) / ManyTasks);
    }

    // Of nothing, everything is more than all.
    private static double Reciprocal(long capacity) => 1.0 / Math.Max(capacity, 1);
}
