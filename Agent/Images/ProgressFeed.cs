using Microsoft.Extensions.Logging;

namespace Warren.Agent.Images;

/// <summary>Tells those who wait for a pull how far it is: when that has changed, in order, at most five times a second, and once at the end.</summary>
internal sealed partial class ProgressFeed(Func<PullProgress> look, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly List<IProgress<PullProgress>> _listeners = [];
    private PullProgress? _told;

    public void Add(IProgress<PullProgress> listener)
    {
        lock (_gate)
        {
            _listeners.Add(listener);
            // So that the next look is told to the new one though nothing has changed.
            _told = null;
        }
    }

    /// <summary>Does the work, telling of its progress meanwhile, and of its end if it succeeds.</summary>
    public async Task<T> WhileAsync<T>(Func<Task<T>> work)
    {
        using var end = new CancellationTokenSource();
        var telling = TellAsync(end.Token);
        try
        {
            var result = await work();
            await end.CancelAsync();
            await telling;
            Tell();
            return result;
        }
        finally
        {
            await end.CancelAsync();
            await telling;
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken)) Tell();
        }
        catch (OperationCanceledException)
        {
            // The work is done.
        }
    }

    private void Tell()
    {
        lock (_gate)
        {
            var now = look();
            if (now == _told) return;
            _told = now;
            _listeners.RemoveAll(listener => !TryReport(listener, now));
        }
    }

    private bool TryReport(IProgress<PullProgress> listener, PullProgress progress)
    {
        try
        {
            listener.Report(progress);
            return true;
        }
        catch (Exception e)
        {
            // Whoever listens badly must not end the pull that others wait for.
            LogDeaf(e);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "A listener to the progress of a pull failed and is told no more")]
    private partial void LogDeaf(Exception exception);
}
