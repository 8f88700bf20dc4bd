namespace Orleans.Runtime;

/// <summary>
/// The outstanding calls that have the default time-out, so that each list is in order of deadline and the sweep looks only at its
/// head. Calls with another time-out have timers of their own. The lists are several so that callers on different threads do not contend.
/// </summary>
internal sealed class CallDeadlines
{
    private readonly Shard[] _shards = new Shard[8];

    public CallDeadlines()
    {
        for (var i = 0; i < _shards.Length; i++) _shards[i] = new Shard();
    }

    public void Add(Call call)
    {
        var index = Environment.CurrentManagedThreadId & (_shards.Length - 1);
        var shard = _shards[index];
        lock (shard)
        {
            call.DeadlineShard = index;
            call.PreviousDeadline = shard.Last;
            if (shard.Last is null) shard.First = call;
            else shard.Last.NextDeadline = call;
            shard.Last = call;
        }
    }

    public void Remove(Call call)
    {
        var index = call.DeadlineShard;
        if (index < 0) return;
        var shard = _shards[index];
        lock (shard)
        {
            if (call.DeadlineShard < 0) return;
            call.DeadlineShard = -1;
            if (call.PreviousDeadline is null) shard.First = call.NextDeadline;
            else call.PreviousDeadline.NextDeadline = call.NextDeadline;
            if (call.NextDeadline is null) shard.Last = call.PreviousDeadline;
            else call.NextDeadline.PreviousDeadline = call.PreviousDeadline;
            call.PreviousDeadline = call.NextDeadline = null;
        }
    }

    /// <summary>Ends the calls whose deadline is not after <paramref name="now"/> (of <see cref="Environment.TickCount64"/>).</summary>
    public void Sweep(long now)
    {
        List<Call>? expired = null;
        foreach (var shard in _shards)
        {
            lock (shard)
            {
                for (var call = shard.First; call is not null && call.Message.ExpiresAt <= now; call = call.NextDeadline)
                    (expired ??= []).Add(call);
            }
        }

        if (expired is null) return;
        foreach (var call in expired) call.Expire();
    }

    /// <summary>All calls that wait, for the end of the runtime.</summary>
    public List<Call> Snapshot()
    {
        var all = new List<Call>();
        foreach (var shard in _shards)
        {
            lock (shard)
            {
                for (var call = shard.First; call is not null; call = call.NextDeadline) all.Add(call);
            }
        }

        return all;
    }

    private sealed class Shard
    {
        public Call? First { get; set; }

        public Call? Last { get; set; }
    }
}
