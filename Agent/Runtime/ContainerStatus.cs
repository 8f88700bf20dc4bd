using System.Collections.Immutable;

namespace Warren.Agent.Runtime;

/// <summary>What the runtime knows of a container.</summary>
public sealed record ContainerStatus
{
    /// <summary>Its name. A container of the namespace that has no valid name is removed by the runtime after a while and never listed.</summary>
    public required ContainerId Id { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required ContainerState State { get; init; }

    /// <summary>The first process, in the node's process namespace, while running.</summary>
    public int? ProcessId { get; init; }

    /// <summary>When it began to run, if it ever did.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How it ended, once it has.</summary>
    public ContainerExit? Exit { get; init; }

    /// <summary>The labels of its request; empty for a container that Warren did not make.</summary>
    public ImmutableSortedDictionary<string, string> OwnerLabels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The image it was made from, by digest.</summary>
    public required string ImageDigest { get; init; }
}
