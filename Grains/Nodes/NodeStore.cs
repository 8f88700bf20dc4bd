using Warren.Grains.Events;
using Warren.Grains.Work;
using Warren.Nodes;

namespace Warren.Grains.Nodes;

/// <summary>
/// A node's state as it is stored. Calls that interleave change it one after the other, each what the one before has left; what is not stored is
/// not seen.
/// </summary>
internal sealed class NodeStore(IPersistentState<NodeState> store, NodeId id, TimeProvider time)
{
    private readonly TurnLock _lock = new();
    private long _acknowledged;

    /// <summary>As it was written last.</summary>
    public NodeState State { get; private set; } = store.State;

    /// <summary>Whether the log has <see cref="NodeState.Unsent"/>.</summary>
    public bool AreEventsSent { get; set; }

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
        var events = EventsOf.Node(State.ToRecord(id), next.ToRecord(id), time.GetUtcNow());
        next = next with
        {
            Version = State.Version + 1,
            Assignments = AssignmentDiff.Acknowledge(next.Assignments, _acknowledged),
            Unsent = AreEventsSent ? events : State.Unsent.AddRange(events),
        };
        await store.WriteAsync(next);
        (State, AreEventsSent) = (next, next.Unsent.IsEmpty);
        return true;
    });
}
