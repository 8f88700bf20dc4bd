using System.Runtime.InteropServices;

namespace Warren.Grains.Work;

/// <summary>
/// One call at a time to each peer, and waits that double after calls that failed: a peer that is slow or away costs a call, and holds up no other.
/// </summary>
internal sealed class PeerCalls(TimeProvider time, TimeSpan retry, TimeSpan maxRetry)
{
    private readonly Dictionary<string, Peer> _peers = [];
    private readonly long _start = time.GetTimestamp();

    /// <summary>
    /// How long until the next wait has passed; zero for one that has passed since a call was not begun for it. Null: none is left to pass. Timers may ring
    /// a little early, so whoever was rung asks again.
    /// </summary>
    public TimeSpan? TakeNextIn()
    {
        var now = time.GetElapsedTime(_start);
        TimeSpan? least = null;
        foreach (var peer in _peers.Values)
        {
            var wait = peer.NotBefore > now ? peer.NotBefore - now : TimeSpan.Zero;
            if (!peer.IsUnderWay && (wait > TimeSpan.Zero || peer.WasEarly) && !(least <= wait)) least = wait;
            peer.WasEarly = false;
        }

        return least;
    }

    /// <summary>Begins a call, unless one is under way or a wait has yet to pass.</summary>
    public bool TryBegin(string peer)
    {
        ref var state = ref CollectionsMarshal.GetValueRefOrAddDefault(_peers, peer, out _);
        state ??= new(new(retry, maxRetry));
        if (state.IsUnderWay) return false;
        if (state.NotBefore > time.GetElapsedTime(_start))
        {
            state.WasEarly = true;
            return false;
        }

        return state.IsUnderWay = true;
    }

    /// <summary>A call has succeeded.</summary>
    public void Succeeded(string peer) => _peers.Remove(peer);

    /// <summary>A call has failed.</summary>
    /// <returns>How long until the next one.</returns>
    public TimeSpan Failed(string peer)
    {
        var state = _peers[peer];
        var wait = state.Retries.Failed();
        (state.IsUnderWay, state.NotBefore) = (false, time.GetElapsedTime(_start) + wait);
        return wait;
    }

    private sealed class Peer(Retries retries)
    {
        public Retries Retries => retries;

        public bool IsUnderWay { get; set; }

        public TimeSpan NotBefore { get; set; }

        /// <summary>Whether a call was to begin before that, since it was last asked how long the wait is.</summary>
        public bool WasEarly { get; set; }
    }
}
