using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Orleans.Runtime.Membership;

/// <summary>The last view under Orleans' own names.</summary>
internal sealed partial class SiloStatusOracle : ISiloStatusOracle, IDisposable
{
    private readonly ILocalSiloDetails _self;
    private readonly ClusterViewSource _views;
    private readonly ILogger<SiloStatusOracle> _logger;
    private readonly IDisposable _subscription;
    private readonly Lock _gate = new();
    private readonly HashSet<ISiloStatusListener> _listeners = [];

    public SiloStatusOracle(ILocalSiloDetails self, ClusterViewSource views, ILogger<SiloStatusOracle> logger)
    {
        (_self, _views, _logger) = (self, views, logger);
        _subscription = views.Subscribe(Notify);
    }

    /// <summary><see cref="SiloStatus.Created"/> until the table has the silo's row.</summary>
    public SiloStatus CurrentStatus => _views.Current.Find(_self.SiloAddress)?.Status ?? SiloStatus.Created;

    public string SiloName => _self.Name;

    public SiloAddress SiloAddress => _self.SiloAddress;

    public SiloAddress[] GetActiveSilos() => [.. _views.Current.Active];

    public SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress) => _views.Current.StatusOf(siloAddress);

    public Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false) => _views.Current.Members
        .Where(member => !onlyActive || member.Status == SiloStatus.Active)
        .ToDictionary(member => member.Silo, member => member.Status);

    public bool IsDeadSilo(SiloAddress silo) => _views.Current.StatusOf(silo) == SiloStatus.Dead;

    public bool TryGetSiloName(SiloAddress siloAddress, [NotNullWhen(true)] out string? siloName)
    {
        siloName = _views.Current.Find(siloAddress)?.Name;
        return siloName is not null;
    }

    public bool SubscribeToSiloStatusEvents(ISiloStatusListener observer)
    {
        lock (_gate) return _listeners.Add(observer);
    }

    public bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer)
    {
        lock (_gate) return _listeners.Remove(observer);
    }

    public void Dispose() => _subscription.Dispose();

    private void Notify(ClusterView before, ClusterView now)
    {
        ISiloStatusListener[] listeners;
        lock (_gate) listeners = [.. _listeners];
        if (listeners.Length == 0) return;

        foreach (var (silo, status) in now.ChangesSince(before))
        {
            foreach (var listener in listeners)
            {
                try
                {
                    listener.SiloStatusChangeNotification(silo, status);
                }
                catch (Exception exception)
                {
                    // One listener's fault must not keep the change from the others.
                    LogListenerFailed(_logger, silo, status, exception);
                }
            }
        }
    }

    [LoggerMessage(1, LogLevel.Error, "A listener failed on silo {Silo} becoming {Status}.")]
    private static partial void LogListenerFailed(ILogger logger, SiloAddress silo, SiloStatus status, Exception exception);
}
