using Warren.Grains.Events;
using Warren.Grains.Work;
using Warren.Nodes;

namespace Warren.Grains.Nodes;

/// <summary>
/// A node's state as it is stored. Calls that interleave change it one after the other, each what the one before has left; what is not stored is
/// not seen.
/// </summary>
internal sealed class NodeStore
{
    private const int MaxUnsent = 1_000;

    private readonly IPersistentState<NodeState> _store;
    private readonly NodeId _id;
    private readonly EventOutbox _outbox;
    private readonly TimeProvider _time;
    private readonly TurnLock _lock = new();
    private long _acknowledged;

    /// <param name="store">What is stored.</param>
    /// <param name="id">The node.</param>
    /// <param name="outbox">Takes the events of each change that was stored.</param>
    /// <param name="time">The clock.</param>
    public NodeStore(IPersistentState<NodeState> store, NodeId id, EventOutbox outbox, TimeProvider time)
    {
        (_store, _id, _outbox, _time) = (store, id, outbox, time);
        State = store.State;
        outbox.Stored(State.Unsent);
    }

    /// <summary>As it was written last.</summary>
    public NodeState State { get; private set; }

    /// <summary>
    /// Takes the version that the agent has confirmed. It is written with the next change and not for itself: not to know it costs no more than a
    /// longer list. A version that was never given out says nothing.
    /// </summary>
    public void Acknowledge(long version)
    {
        if (version <= State.Assignments.Version) _acknowledged = Math.Max(_acknowledged, version);
    }

    /// <summary>Changes the state and stores it; the same object is no change and no write.</summary>
    /// <param name="change">Called once, with the state as it is then.</param>
    public Task ChangeAsync(Func<NodeState, NodeState> change) => _lock.RunAsync(async () =>
    {
        var next = change(State);
        if (ReferenceEquals(next, State)) return false;
        next = next with
        {
            Version = State.Version + 1,
            Assignments = AssignmentDiff.Acknowledge(next.Assignments, _acknowledged),
            Unsent = _outbox.With(EventsOf.Node(State.ToRecord(_id), next.ToRecord(_id), _time.GetUtcNow()), MaxUnsent),
        };
        await _store.WriteAsync(next);
        State = next;
        _outbox.Stored(next.Unsent);
        return true;
    });
}
