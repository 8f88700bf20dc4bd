using System.Collections.Immutable;
using Warren.Nodes;

namespace Warren.Grains.Nodes;

/// <summary>
/// A node's lease. Only <see cref="Status"/> is stored, and only when its condition changes; the rest is of the activation, and a new
/// activation
/// begins with fresh grace. Spans are of the <see cref="AwakeClock"/>.
/// </summary>
internal sealed record LeaseState
{
    /// <summary>What others see.</summary>
    public required NodeStatus Status { get; init; }

    /// <summary>
    /// The agent's session. A heartbeat of an earlier one comes from an agent that was replaced; 0: none has registered with this
    /// activation.
    /// </summary>
    public long Session { get; init; }

    /// <summary>When the node was heard of last, or the activation began.</summary>
    public required TimeSpan HeardAt { get; init; }

    /// <summary>When the node returned, oldest first, as far as it counts.</summary>
    public ImmutableArray<TimeSpan> Returns { get; init; } = [];

    /// <summary>When it returned last and has not been steady long enough since. Null: it is not held back.</summary>
    public TimeSpan? HeldSince { get; init; }
}
