using System.Collections.Immutable;

namespace Warren.Nodes;

/// <summary>What an agent says about its machine when it registers.</summary>
[GenerateSerializer, Alias("warren.node-description"), Immutable]
public sealed record NodeDescription
{
    /// <summary>The name, by which operators call it: a DNS name in lower case, by default the machine's own. Unique in the cluster.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>What the machine can run.</summary>
    [Id(1)]
    public required Platform Platform { get; init; }

    /// <summary>All that tasks may be promised: the machine less what it keeps for itself.</summary>
    [Id(2)]
    public required ResourceAmount Capacity { get; init; }

    /// <summary>Default: <see cref="NodeRole.Worker"/>.</summary>
    [Id(3)]
    public NodeRole Role { get; init; }

    /// <summary>Addresses under which other machines reach it, the preferred one first. Default: none known.</summary>
    [Id(4)]
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>The version of the agent.</summary>
    [Id(5)]
    public string AgentVersion { get; init; } = "";

    /// <summary>Name and version of the container runtime: <c>containerd 1.6.20</c>.</summary>
    [Id(6)]
    public string RuntimeVersion { get; init; } = "";

    /// <summary>The kernel's release.</summary>
    [Id(7)]
    public string KernelVersion { get; init; } = "";

    /// <summary>The name of the distribution.</summary>
    [Id(8)]
    public string OperatingSystem { get; init; } = "";

    /// <summary>Facts that the agent found or was given, for constraints: <c>gpu=nvidia</c>. Default: none.</summary>
    [Id(9)]
    public ImmutableSortedDictionary<string, string> Attributes { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
