namespace Warren.Agent.Runtime.Containerd;

/// <summary>The stopping of one container, which several may ask for.</summary>
internal sealed class StopOperation(TimeProvider time) : IDisposable
{
    // The longest time a timer of .NET takes, some 49 days.
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly Lock _lock = new();
    private readonly HashSet<int> _signals = [];
    private readonly TaskCompletionSource _graceIsOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timer;
    private DateTimeOffset _deadline = DateTimeOffset.MaxValue;
    private Task<ContainerExit>? _run;
    private bool _isDisposed;

    /// <summary>Ends with the shortest of the grace periods.</summary>
    public Task GraceIsOver => _graceIsOver.Task;

    public void Shorten(TimeSpan gracePeriod)
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            if (gracePeriod <= TimeSpan.Zero)
            {
                _graceIsOver.TrySetResult();
                return;
            }
            if (gracePeriod > s_longest) gracePeriod = s_longest;
            var deadline = time.GetUtcNow() + gracePeriod;
            if (deadline >= _deadline) return;
            _deadline = deadline;
            _timer?.Dispose();
            _timer = time.CreateTimer(_ => _graceIsOver.TrySetResult(), null, gracePeriod, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Whether this signal was not sent yet; some programs take a second one as an order to end at once.</summary>
    public bool IsNewSignal(int signal)
    {
        lock (_lock) return _signals.Add(signal);
    }

    /// <summary>Sending it failed; the next who asks sends it.</summary>
    public void ForgetSignal(int signal)
    {
        lock (_lock) _signals.Remove(signal);
    }

    /// <summary>Begins the work with the first call; later ones get the same.</summary>
    public Task<ContainerExit> RunOnce(Func<Task<ContainerExit>> run)
    {
        lock (_lock) return _run ??= Task.Run(run);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }
    }
}
