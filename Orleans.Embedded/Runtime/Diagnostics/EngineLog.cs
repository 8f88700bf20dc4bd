using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>What the engine logs about grains and calls.</summary>
internal sealed partial class EngineLog(ILogger<EngineLog> logger)
{
    [LoggerMessage(1001, LogLevel.Warning, "{GrainId} could not be activated")]
    public partial void ActivationFailed(Exception exception, GrainId grainId);

    [LoggerMessage(1002, LogLevel.Warning, "{GrainId}: OnDeactivateAsync or disposal failed")]
    public partial void DeactivationFailed(Exception exception, GrainId grainId);

    [LoggerMessage(1003, LogLevel.Warning, "{GrainId} did not end its calls within {Timeout} of deactivation; the activation is abandoned")]
    public partial void DeactivationAbandoned(GrainId grainId, TimeSpan timeout);

    [LoggerMessage(1004, LogLevel.Warning, "{GrainId}: a timer callback failed; the timer goes on")]
    public partial void TimerFailed(Exception exception, GrainId grainId);

    [LoggerMessage(1005, LogLevel.Warning, "One-way call {Method} to {GrainId} failed")]
    public partial void OneWayCallFailed(Exception exception, string method, GrainId grainId);

    [LoggerMessage(1006, LogLevel.Error, "{Work} failed; it runs again")]
    public partial void BackgroundWorkFailed(Exception exception, string work);

    [LoggerMessage(1007, LogLevel.Information, "Silo {Silo} is active with {GrainTypes} grain types")]
    public partial void SiloActive(SiloAddress silo, int grainTypes);

    [LoggerMessage(1008, LogLevel.Information, "Silo {Silo} is leaving; {Activations} activations are handed over")]
    public partial void SiloLeaving(SiloAddress silo, int activations);

    [LoggerMessage(1009, LogLevel.Critical, "Silo {Silo} was declared dead by the others and stops at once, without writing: {Reason}")]
    public partial void SiloDeclaredDead(SiloAddress silo, string reason);

    [LoggerMessage(1010, LogLevel.Debug, "Collected {Count} idle activations")]
    public partial void Collected(int count);

    [LoggerMessage(1011, LogLevel.Information, "View {Version}: {Active} active silos; {Moved} activations move to other silos")]
    public partial void ViewChanged(long version, int active, int moved);

    [LoggerMessage(1012, LogLevel.Warning, "{GrainId} was not released by {Silo} in time; it is activated here, and the store refuses stale writes of the other")]
    public partial void HandoffTimedOut(GrainId grainId, SiloAddress silo);

    [LoggerMessage(1014, LogLevel.Warning, "{Reason} Trying again")]
    public partial void ClusterUnreachable(string reason);

    [LoggerMessage(1015, LogLevel.Warning, "The membership table cannot be read yet; the silo's generation is taken from the clock")]
    public partial void GenerationByClock(Exception exception);

    [LoggerMessage(1013, LogLevel.Warning, "A message from {Peer} was refused: {Reason}")]
    public partial void MessageRefused(PeerId peer, string reason);
}
