namespace Orleans.Runtime;

/// <summary>Ends activations that have been idle for longer than their class allows.</summary>
internal sealed class ActivationCollector : IDisposable
{
    private readonly SiloRuntime _runtime;
    private readonly ITimer _timer;

    public ActivationCollector(SiloRuntime runtime, TimeSpan quantum)
    {
        _runtime = runtime;
        _timer = runtime.Time.CreateTimer(static collector => ((ActivationCollector)collector!).Collect(), this, quantum, quantum);
    }

    /// <summary>
    /// Starts to end the activations that are idle for at least <paramref name="age"/>, or for their class's age when it is null, and
    /// returns them. Classes that are kept alive are left alone either way.
    /// </summary>
    public IReadOnlyList<GrainActivation> Collect(TimeSpan? age)
    {
        var now = Environment.TickCount64;
        List<GrainActivation> ended = [];
        foreach (var activation in _runtime.Directory.All)
        {
            if (activation.Class.CollectionAge == Timeout.InfiniteTimeSpan) continue;
            var limit = age ?? activation.Class.CollectionAge;
            if (now - activation.LastUsed < limit.TotalMilliseconds || activation.QueueLength > 0) continue;
            activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationIdle, $"idle for {limit}"));
            ended.Add(activation);
        }

        if (ended.Count > 0) _runtime.Log.Collected(ended.Count);
        return ended;
    }

    public void Dispose() => _timer.Dispose();

    private void Collect()
    {
        try
        {
            Collect(null);
        }
        catch (Exception exception)
        {
            _runtime.Log.BackgroundWorkFailed(exception, nameof(ActivationCollector));
        }
    }
}
