namespace Warren.Grains.Work;

/// <summary>
/// Work of a grain that is asked for by arming it, one run at a time. What arms it while it runs makes it run again; a run that fails is reported,
/// and repeated after a wait, so that a run does not arm itself. It interleaves with the grain's calls, so it takes every await as a chance that things have changed.
/// </summary>
internal sealed class BackgroundWork
{
    private readonly Func<Task> _run;
    private readonly Action<Exception, TimeSpan> _failed;
    private readonly Retries _retries = Retries.OfCalls();
    private readonly Alarm _alarm;

    /// <param name="grain">Whose work it is; it ends with its activation.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="run">Does all that is to be done.</param>
    /// <param name="failed">Is told of a failure, and how long the wait is.</param>
    public BackgroundWork(IGrainBase grain, TimeProvider time, Func<Task> run, Action<Exception, TimeSpan> failed)
    {
        (_run, _failed) = (run, failed);
        _alarm = new(grain, time, RunAsync, interleave: true);
    }

    /// <summary>Runs at once, or once more after the run that is under way.</summary>
    public void Arm() => ArmAfter(TimeSpan.Zero);

    /// <summary>Runs after a wait, or before it if it is armed for an earlier time.</summary>
    public void ArmAfter(TimeSpan wait) => _alarm.RingWithin(wait);

    private async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await _run();
            _retries.Succeeded();
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            // What came meanwhile is new, and does not wait for what failed.
            var wait = _retries.Failed();
            _failed(failure, wait);
            ArmAfter(wait);
        }
    }
}
