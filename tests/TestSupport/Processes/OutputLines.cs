namespace Warren.TestSupport.Processes;

/// <summary>Lines that a child wrote and that nobody has taken yet, the last ones only, and who waits for which.</summary>
internal sealed class OutputLines(int capacity)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<string> _kept = [];
    private readonly List<(Func<string, bool> Matches, TaskCompletionSource<string?> Found)> _waiting = [];
    private bool _ended;

    public void Add(string line)
    {
        TaskCompletionSource<string?>? found = null;
        lock (_gate)
        {
            var index = _waiting.FindIndex(waiter => waiter.Matches(line));
            if (index >= 0)
            {
                found = _waiting[index].Found;
                _waiting.RemoveAt(index);
            }
            else
            {
                _kept.AddLast(line);
                if (_kept.Count > capacity) _kept.RemoveFirst();
            }
        }

        found?.TrySetResult(line);
    }

    /// <summary>No more lines come: all waiters get null.</summary>
    public void End()
    {
        List<TaskCompletionSource<string?>> left;
        lock (_gate)
        {
            _ended = true;
            left = [.. _waiting.Select(waiter => waiter.Found)];
            _waiting.Clear();
        }

        foreach (var waiter in left) waiter.TrySetResult(null);
    }

    /// <summary>Takes the first line that matches, kept or coming; null after the last.</summary>
    public async Task<string?> TakeAsync(Func<string, bool> matches, CancellationToken cancellation)
    {
        TaskCompletionSource<string?> found;
        lock (_gate)
        {
            for (var node = _kept.First; node is not null; node = node.Next)
            {
                if (!matches(node.Value)) continue;
                _kept.Remove(node);
                return node.Value;
            }

            if (_ended) return null;
            found = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((matches, found));
        }

        try
        {
            return await found.Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            lock (_gate) _waiting.RemoveAll(waiter => waiter.Found == found);
            throw;
        }
    }

    public string[] Snapshot()
    {
        lock (_gate) return [.. _kept];
    }
}
