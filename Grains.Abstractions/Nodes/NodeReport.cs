using System.Collections.Immutable;
using Warren.Tasks;

namespace Warren.Nodes;

/// <summary>What changed on a node.</summary>
[GenerateSerializer, Alias("warren.node-report"), Immutable]
public sealed record NodeReport
{
    /// <summary>What was seen of tasks, at most one report each, the latest.</summary>
    [Id(0)]
    public ImmutableArray<TaskReport> Tasks { get; init; } = [];

    /// <summary>Tasks meant to be removed of which nothing is left on the node.</summary>
    [Id(1)]
    public ImmutableArray<TaskId> Cleaned { get; init; } = [];

    /// <summary>The images that are there now. Default (null): no change.</summary>
    [Id(2)]
    public ImmutableArray<string>? Images { get; init; }

    /// <summary>The version of the assignments that the agent has carried over into its own store.</summary>
    [Id(3)]
    public long AppliedVersion { get; init; }
}
