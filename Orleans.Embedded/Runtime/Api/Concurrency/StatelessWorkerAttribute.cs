namespace Orleans.Concurrency;

/// <summary>The grain has no identity that matters: any silo may run several activations of it, and calls go to a free one nearby.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StatelessWorkerAttribute : Attribute
{
    public StatelessWorkerAttribute()
        : this(0)
    {
    }

    /// <param name="maxLocalWorkers">Activations of one key in one silo at most; 0 means one for each processor.</param>
    public StatelessWorkerAttribute(int maxLocalWorkers) => MaxLocalWorkers = maxLocalWorkers;

    internal int MaxLocalWorkers { get; }
}
