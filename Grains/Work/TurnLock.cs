namespace Warren.Grains.Work;

/// <summary>Lets interleaving calls of one activation do something one after the other, in the order in which they came. Not for several threads.</summary>
internal sealed class TurnLock
{
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private bool _isHeld;

    /// <summary>Runs the action once those before it have ended, well or not.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> action)
    {
        if (_isHeld)
        {
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
            await turn.Task;
        }

        _isHeld = true;
        try
        {
            return await action();
        }
        finally
        {
            // It is handed on while it is held, so that nobody comes in between.
            if (_waiting.TryDequeue(out var next)) next.SetResult();
            else _isHeld = false;
        }
    }
}
