using Orleans.Metadata;

namespace Orleans.Runtime;

/// <summary>A grain class in one silo: what is fixed about it, and what its activations have done.</summary>
internal sealed class GrainClass(GrainClassDescriptor descriptor, bool mayInterleave, TimeSpan collectionAge)
{
    private readonly CallStatistics _past = new();
    private int _live;

    public GrainClassDescriptor Descriptor { get; } = descriptor;

    /// <summary>Whether several calls may be under way at once, so that the current one must travel with the execution context.</summary>
    public bool MayInterleave { get; } = mayInterleave;

    /// <summary>Idle time before collection; infinite for never.</summary>
    public TimeSpan CollectionAge { get; } = collectionAge;

    public GrainInterfaceType MainInterface => Descriptor.Interfaces[0];

    /// <summary>Activations at this moment.</summary>
    public int Live => Volatile.Read(ref _live);

    public void OnCreated() => Interlocked.Increment(ref _live);

    /// <summary>Keeps the counts of an activation that is gone.</summary>
    public void OnGone(CallStatistics statistics)
    {
        Interlocked.Decrement(ref _live);
        lock (_past) _past.Add(statistics);
    }

    /// <summary>Adds the counts of the activations that are gone to <paramref name="total"/>.</summary>
    public void AddPastTo(CallStatistics total)
    {
        lock (_past) total.Add(_past);
    }
}
