using System.Collections.Immutable;
using Warren.Tasks;

namespace Warren.Grains.Nodes;

/// <summary>What takes an agent from one version of its assignments to another.</summary>
/// <param name="From">The version that it must have; of no meaning if this is everything.</param>
/// <param name="To">The version that it has then.</param>
/// <param name="IsEverything">Whether what is not named is not assigned.</param>
/// <param name="Set">New and changed assignments.</param>
/// <param name="Drop">What is no longer assigned.</param>
internal sealed record AssignmentDelta<T>(
    long From, long To, bool IsEverything, ImmutableSortedDictionary<TaskId, T> Set, ImmutableArray<TaskId> Drop)
    where T : notnull;
