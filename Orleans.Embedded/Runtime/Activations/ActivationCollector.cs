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

    /// <summary>Ends the activations that are idle for at least <paramref name="age"/>, or for their class's age when it is null.</summary>
    public int Collect(TimeSpan? age)
    {
        var now = Environment.TickCount64;
        var count = 0;
        foreach (var activation in _runtime.Directory.All)
        {
            var limit = age ?? activation.Class.CollectionAge;
            if (limit == Timeout.InfiniteTimeSpan || now - activation.LastUsed < limit.TotalMilliseconds || activation.QueueLength > 0) continue;
            activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationIdle, $"idle for {limit}"));
            count++;
        }

        if (count > 0) _runtime.Log.Collected(count);
        return count;
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
