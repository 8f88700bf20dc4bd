using System.Collections.Immutable;
using Warren.Tasks;

namespace Warren.Grains.Nodes;

/// <summary>
/// What a node is meant to have, with a version that grows with each change, so that its agent gets only what it has not. Stored with the
/// node.
/// </summary>
/// <typeparam name="T">
/// What is assigned; compared with <see cref="object.Equals(object)"/>, so that saying the same twice is no change.
/// </typeparam>
internal sealed record AssignmentSet<T>
    where T : notnull
{
    /// <summary>Nothing, for a node that was never assigned anything.</summary>
    public static AssignmentSet<T> Empty { get; } = new();

    /// <summary>Grows by one with each change.</summary>
    public long Version { get; init; }

    /// <summary>What is assigned, and the version that brought it.</summary>
    public ImmutableSortedDictionary<TaskId, Assigned<T>> Entries { get; init; } = ImmutableSortedDictionary<TaskId, Assigned<T>>.Empty;

    /// <summary>What was taken away and the agent has not confirmed, with the version that did so.</summary>
    public ImmutableSortedDictionary<TaskId, long> Dropped { get; init; } = ImmutableSortedDictionary<TaskId, long>.Empty;

    /// <summary>The latest version that the agent has confirmed. What was dropped up to it is forgotten.</summary>
    public long Acknowledged { get; init; }
}
