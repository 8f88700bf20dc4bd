using Warren.Agent.Images;

namespace Warren.Agent.Containers.Tests.Images;

/// <summary>Keeps what a pull tells, in order, and wakes who waits for it.</summary>
internal sealed class ProgressRecorder : IProgress<PullProgress>
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly List<(PullProgress Progress, DateTimeOffset At)> _seen = [];
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<PullProgress> Seen
    {
        get
        {
            lock (_gate)
                return [.. _seen.Select(entry => entry.Progress)];
        }
    }

    public void Report(PullProgress value)
    {
        TaskCompletionSource next;
        lock (_gate)
        {
            _seen.Add((value, TimeProvider.System.GetUtcNow()));
            next = _next;
            _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        next.SetResult();
    }

    /// <summary>Waits for a report of which something is true.</summary>
    public async Task WhenAsync(Func<PullProgress, bool> isWanted)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                if (_seen.Any(entry => isWanted(entry.Progress))) return;
                next = _next.Task;
            }
            await next.WaitAsync(s_limit);
        }
    }
}
