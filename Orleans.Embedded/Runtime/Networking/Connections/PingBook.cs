namespace Orleans.Runtime.Networking;

/// <summary>The pings that wait for their answers.</summary>
internal sealed class PingBook
{
    /// <summary>The token of pings of which only the traffic matters.</summary>
    public const long NobodyWaits = 0;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, TaskCompletionSource<bool>> _waiting = [];
    private long _last;
    private bool _closed;

    /// <param name="send">Sends a ping with a token; false when that is not possible any more.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether the answer came before the connection was closed.</returns>
    public async Task<bool> AskAsync(Func<long, bool> send, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        long token;
        lock (_gate)
        {
            if (_closed) return false;
            token = ++_last;
            _waiting.Add(token, answer);
        }

        try
        {
            return send(token) && await answer.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate) _waiting.Remove(token);
        }
    }

    /// <summary>An answer to no ping that waits is passed over.</summary>
    public void Answer(long token)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(token, out var answer)) answer.TrySetResult(true);
        }
    }

    public void CloseAll()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var answer in _waiting.Values) answer.TrySetResult(false);
        }
    }
}
