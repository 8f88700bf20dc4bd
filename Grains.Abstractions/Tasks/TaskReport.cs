using Warren.Nodes;

namespace Warren.Tasks;

/// <summary>What an agent says about one of its tasks. Complete in itself: a later report replaces all of an earlier one.</summary>
[GenerateSerializer, Alias("warren.task-report"), Immutable]
public sealed record TaskReport
{
    /// <summary>The task.</summary>
    [Id(0)]
    public required TaskId Task { get; init; }

    /// <summary>Who reports.</summary>
    [Id(1)]
    public required NodeId Node { get; init; }

    /// <summary>
    /// Grows with each report of the node, also over restarts of its agent, so that of two about a task in the same state the later one counts.
    /// </summary>
    [Id(2)]
    public required long Sequence { get; init; }

    /// <summary>What the agent saw.</summary>
    [Id(3)]
    public required TaskObservation Observed { get; init; }
}
