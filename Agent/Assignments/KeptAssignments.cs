using System.Collections.Immutable;
using Warren.Tasks;

namespace Warren.Agent.Assignments;

/// <summary>What an agent before this one kept.</summary>
/// <param name="Book">What the managers wanted.</param>
/// <param name="Ends">How tasks ended for good, of those in the book.</param>
/// <param name="Restarts">Which of them the node has started again by itself.</param>
internal sealed record KeptAssignments(
    AssignmentBook Book, ImmutableDictionary<TaskId, TaskObservation> Ends, ImmutableDictionary<TaskId, TaskRestarts> Restarts)
{
    /// <summary>Nothing.</summary>
    public static KeptAssignments None { get; } =
        new(AssignmentBook.Empty, ImmutableDictionary<TaskId, TaskObservation>.Empty, ImmutableDictionary<TaskId, TaskRestarts>.Empty);
}
