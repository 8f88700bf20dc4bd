namespace Warren.Clusters;

/// <summary>A manager that is told at once when it is to trust others.</summary>
[Alias("warren.trust-watcher")]
public interface ITrustWatcher : IGrainObserver
{
    /// <summary>Returns when the manager holds to it. May be lost, doubled and out of order; versions tell.</summary>
    [Alias("ChangedAsync")]
    Task ChangedAsync(TrustRecord trust);
}
