using System.Collections.Immutable;
using Warren.Tasks;

namespace Warren.Agent.Assignments;

/// <summary>What an agent before this one kept.</summary>
/// <param name="Book">What the managers wanted.</param>
/// <param name="Ends">How tasks ended, of those in the book.</param>
internal sealed record KeptAssignments(AssignmentBook Book, ImmutableDictionary<TaskId, TaskObservation> Ends)
{
    /// <summary>Nothing.</summary>
    public static KeptAssignments None { get; } = new(AssignmentBook.Empty, ImmutableDictionary<TaskId, TaskObservation>.Empty);
}
