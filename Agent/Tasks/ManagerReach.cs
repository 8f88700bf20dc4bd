namespace Warren.Agent.Tasks;

/// <summary>
/// Whether this node is alone: no manager has been heard for so long that it decides about its tasks by itself. Short breaks, as when another manager
/// takes over, are waited for.
/// </summary>
internal sealed class ManagerReach : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private TaskCompletionSource _asked = New();
    private bool _isWaiting, _isAlone;

    public ManagerReach(TimeProvider time) => _timer = time.CreateTimer(_ => OnSilence(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>After its start a node waits so long for what the managers have decided meanwhile.</summary>
    public static TimeSpan FirstWait { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Later it waits so long for an answer, or for the connection to come back.</summary>
    public static TimeSpan LaterWait { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Called when the node comes to be alone.</summary>
    public Action? OnAlone { get; set; }

    /// <summary>Whether it is alone.</summary>
    public bool IsAlone
    {
        get
        {
            lock (_gate) return _isAlone;
        }
    }

    /// <summary>Ends when a sign of life of the managers is asked for, see <see cref="TakeQuestion"/>.</summary>
    public Task Asked
    {
        get
        {
            lock (_gate) return _asked.Task;
        }
    }

    /// <summary>The node begins to look for a manager.</summary>
    public void Begin() => Wait(FirstWait);

    /// <summary>There is no connection to a manager.</summary>
    public void Lost() => Wait(LaterWait);

    /// <summary>Something waits for what the managers say: whether one is there is to be found out now.</summary>
    public void Ask()
    {
        Wait(LaterWait);
        lock (_gate) _asked.TrySetResult();
    }

    /// <summary>The managers are asked for a sign of life.</summary>
    public void TakeQuestion()
    {
        lock (_gate)
        {
            if (_asked.Task.IsCompleted) _asked = New();
        }
    }

    /// <summary>A manager has answered.</summary>
    public void Heard()
    {
        lock (_gate)
        {
            if (_isWaiting) _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            (_isWaiting, _isAlone) = (false, false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Wait(TimeSpan limit)
    {
        lock (_gate)
        {
            if (_isWaiting || _isAlone) return;
            _isWaiting = true;
            _timer.Change(limit, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnSilence()
    {
        lock (_gate)
        {
            // An answer came while the timer fired.
            if (!_isWaiting) return;
            (_isWaiting, _isAlone) = (false, true);
        }

        OnAlone?.Invoke();
    }
}
