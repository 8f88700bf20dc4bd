using Orleans.Runtime;

namespace Orleans.Metadata;

/// <summary>What is fixed about a grain class.</summary>
public sealed record GrainClassDescriptor
{
    public required GrainType GrainType { get; init; }

    public required Type GrainClass { get; init; }

    /// <summary>All grain interfaces that the class implements.</summary>
    public required GrainInterfaceType[] Interfaces { get; init; }

    /// <summary>
    /// Makes an instance for a context: constructor parameters come from <see cref="IGrainContext.ActivationServices"/>, from the
    /// context itself, and from facets such as <see cref="PersistentStateAttribute"/>.
    /// </summary>
    public required Func<IGrainContext, object> Factory { get; init; }

    public bool IsReentrant { get; init; }

    /// <summary>Activations of one key in one silo at most; 0 for one for each processor; null when it is no stateless worker.</summary>
    public int? StatelessWorkerLimit { get; init; }

    /// <summary>Idle time after which an activation is collected; null for the configured default, infinite for never.</summary>
    public TimeSpan? CollectionAge { get; init; }
}
