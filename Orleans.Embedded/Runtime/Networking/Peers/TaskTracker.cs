namespace Orleans.Runtime.Networking;

/// <summary>Counts work that runs by itself, so that its end can be awaited and its amount limited.</summary>
internal sealed class TaskTracker
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _empty;
    private int _running;

    /// <summary>Starts work on this thread unless <paramref name="limit"/> others run. The work answers for its failures.</summary>
    public bool TryRun(Func<Task> work, int limit = int.MaxValue)
    {
        lock (_gate)
        {
            if (_running >= limit) return false;
            _running++;
        }

        _ = AwaitAsync(work);
        return true;
    }

    /// <summary>Ends when nothing runs. Nothing is to be started afterwards.</summary>
    public Task WhenEmpty()
    {
        lock (_gate)
        {
            if (_running == 0) return Task.CompletedTask;
            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    private async Task AwaitAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        finally
        {
            lock (_gate)
            {
                if (--_running == 0) _empty?.TrySetResult();
            }
        }
    }
}
