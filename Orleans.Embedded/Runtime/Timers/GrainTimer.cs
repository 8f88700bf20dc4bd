using Orleans.CodeGeneration;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>
/// A timer whose ticks are calls of the activation to itself, in its queue like others. The next tick is armed when one ends, so ticks
/// never pile up.
/// </summary>
internal sealed class GrainTimer : IGrainTimer, IActivationComponent
{
    private static readonly MethodDescriptor Tick = Describe(InvokeMethodOptions.None);
    private static readonly MethodDescriptor InterleavingTick = Describe(InvokeMethodOptions.AlwaysInterleave);

    private readonly GrainActivation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _disposal = new();
    private readonly ITimer _timer;
    private TimeSpan _period;
    private int _changes;

    public GrainTimer(GrainActivation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        Check(options.DueTime, options.Period);
        _activation = activation;
        _callback = callback;
        _options = options;
        _period = options.Period;
        activation.AddComponent(this);
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _timer = activation.Runtime.Time.CreateTimer(
                static timer => ((GrainTimer)timer!).Send(), this, options.DueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, period);
        _changes++;
        _period = period;
        _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        if (_disposal.IsCancellationRequested) return;
        _activation.RemoveComponent(this);
        _timer.Dispose();
        _disposal.Cancel();
        _disposal.Dispose();
    }

    public Task OnActivatingAsync(CancellationToken cancellation) => Task.CompletedTask;

    public void OnDeactivating() => Dispose();

    private static void Check(TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero && dueTime != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(dueTime), dueTime, "A timer's due time is zero or more, or Timeout.InfiniteTimeSpan.");
        if (period <= TimeSpan.Zero && period != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(period), period, "A timer's period is more than zero, or Timeout.InfiniteTimeSpan for a single tick.");
    }

    private static MethodDescriptor Describe(InvokeMethodOptions options) => new(
        0, typeof(IGrainTimer), GrainInterfaceType.Create("Orleans.Runtime.IGrainTimer"), nameof(Tick), [], options, null);

    private void Send()
    {
        var request = new TickRequest(this, _options.Interleave ? InterleavingTick : Tick);
        _activation.Receive(new Message { Target = _activation.GrainId, Request = request, ExpiresAt = long.MaxValue });
    }

    private async Task RunAsync()
    {
        if (_disposal.IsCancellationRequested) return;
        var changes = _changes;
        try
        {
            await _callback(_disposal.Token);
        }
        catch (Exception exception) when (exception is not Storage.InconsistentStateException)
        {
            if (!_disposal.IsCancellationRequested) _activation.Runtime.Log.TimerFailed(exception, _activation.GrainId);
        }
        finally
        {
            if (!_disposal.IsCancellationRequested && changes == _changes) _timer.Change(_period, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class TickRequest(GrainTimer timer, MethodDescriptor method) : Request<NoResult>, ILocalRequest
    {
        public override MethodDescriptor Method => method;

        public bool CountsAsUse => timer._options.KeepAlive;

        public override ValueTask<NoResult> InvokeMethod(object target) => AsResult(timer.RunAsync());
    }
}
