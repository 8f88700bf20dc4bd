namespace Warren.Grains.Work;

/// <summary>
/// Work of a grain that is asked for by arming it, one run at a time. What arms it while it runs makes it run again; a run that fails is reported,
/// and repeated after a wait, so that a run does not arm itself. It interleaves with the grain's calls, so it takes every await as a chance that things have changed.
/// </summary>
internal sealed class BackgroundWork
{
    private readonly Func<Task> _run;
    private readonly Action<Exception, TimeSpan> _failed;
    private readonly Retries _retries;
    private readonly TimeProvider _time;
    private readonly IGrainTimer _timer;
    private bool _isRunning;
    private long? _due;

    /// <param name="grain">Whose work it is; it ends with its activation.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="run">Does all that is to be done.</param>
    /// <param name="failed">Is told of a failure, and how long the wait is.</param>
    /// <param name="retries">The waits. Default: those of calls.</param>
    public BackgroundWork(IGrainBase grain, TimeProvider time, Func<Task> run, Action<Exception, TimeSpan> failed, Retries? retries = null)
    {
        (_time, _run, _failed, _retries) = (time, run, failed, retries ?? Retries.OfCalls());
        var options = new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true };
        _timer = grain.RegisterGrainTimer(RunAsync, options);
    }

    /// <summary>Runs at once, or once more after the run that is under way.</summary>
    public void Arm() => ArmAfter(TimeSpan.Zero);

    /// <summary>Runs after a wait, or before it if it is armed for an earlier time.</summary>
    public void ArmAfter(TimeSpan wait)
    {
        var due = _time.GetTimestamp() + (long)(wait.TotalSeconds * _time.TimestampFrequency);
        if (_due <= due) return;
        _due = due;
        if (!_isRunning) _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        if (_isRunning) return;
        (_isRunning, _due) = (true, null);
        TimeSpan? wait = null;
        try
        {
            await _run();
            _retries.Succeeded();
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            wait = _retries.Failed();
            _failed(failure, wait.Value);
        }
        finally
        {
            _isRunning = false;
            if (!cancellation.IsCancellationRequested) ArmAgain(wait);
        }
    }

    /// <summary>What came meanwhile is new, and does not wait for what failed.</summary>
    private void ArmAgain(TimeSpan? wait)
    {
        if (wait is { } time) ArmAfter(time);
        if (_due is not { } due) return;
        var left = TimeSpan.FromSeconds((double)(due - _time.GetTimestamp()) / _time.TimestampFrequency);
        _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
