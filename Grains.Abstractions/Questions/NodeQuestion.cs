using Warren.Usage;

namespace Warren.Questions;

/// <summary>What a node's agent is asked. Exactly one part is set; an agent that knows none of them says so.</summary>
[GenerateSerializer, Alias("warren.node-question"), Immutable]
public sealed record NodeQuestion
{
    /// <summary>What its machine and tasks use. Default: not asked.</summary>
    [Id(0)]
    public StatsQuestion? Stats { get; init; }

    /// <summary>Whether it is asked which images it has. Default: false.</summary>
    [Id(1)]
    public bool WantsImages { get; init; }

    /// <summary>An image that it is to have. Default: none.</summary>
    [Id(2)]
    public ImagePull? Pull { get; init; }

    /// <summary>An archive that it is to take. Default: none.</summary>
    [Id(3)]
    public ImageImport? Import { get; init; }

    /// <summary>Images that it is to remove. Default: none.</summary>
    [Id(4)]
    public ImagePrune? Prune { get; init; }
}
