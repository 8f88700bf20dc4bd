using System.Collections.Immutable;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Configs;

/// <summary>What the fields of a <see cref="ConfigTemplate"/> stand for in the files of one task.</summary>
public sealed record ConfigFacts
{
    /// <summary>The task.</summary>
    public required TaskId Task { get; init; }

    /// <summary>The labels of its service, of the version that it runs.</summary>
    public required ImmutableSortedDictionary<string, string> ServiceLabels { get; init; }

    /// <summary>Its node.</summary>
    public required NodeId Node { get; init; }

    /// <summary>The name of its node.</summary>
    public required string Hostname { get; init; }

    /// <summary>What its node runs.</summary>
    public required Platform Platform { get; init; }

    /// <summary>The labels of its node, as far as the node has heard.</summary>
    public required ImmutableSortedDictionary<string, string> NodeLabels { get; init; }
}
