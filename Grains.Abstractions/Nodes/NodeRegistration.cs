using System.Collections.Immutable;

namespace Warren.Nodes;

/// <summary>What an agent says when it begins a session.</summary>
[GenerateSerializer, Alias("warren.node-registration"), Immutable]
public sealed record NodeRegistration
{
    /// <summary>The machine.</summary>
    [Id(0)]
    public required NodeDescription Description { get; init; }

    /// <summary>The version of the assignments that the agent has in its store. Default (null): none, it must hear everything.</summary>
    [Id(1)]
    public long? AppliedVersion { get; init; }

    /// <summary>Images that are there, as references with and without digest. Default: none.</summary>
    [Id(2)]
    public ImmutableArray<string> Images { get; init; } = [];

    /// <summary>Labels that the node gets when it registers for the first time; later ones are the operator's. Default: none.</summary>
    [Id(3)]
    public ImmutableSortedDictionary<string, string> InitialLabels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Which try it is. Default (null): the agent does not say, so that each counts as a later one.</summary>
    [Id(4)]
    public RegistrationAttempt? Attempt { get; init; }
}
