using Warren.Usage;

namespace Warren.Questions;

/// <summary>An answer of a node's agent, or the end of the answers.</summary>
[GenerateSerializer, Alias("warren.node-answer"), Immutable]
public sealed record NodeAnswer
{
    /// <summary>Whether nothing follows. Default: more does.</summary>
    [Id(0)]
    public bool IsEnd { get; init; }

    /// <summary>Why there is no answer, or no more of it, for people; null: all is well.</summary>
    [Id(1)]
    public string? Problem { get; init; }

    /// <summary>To <see cref="NodeQuestion.Stats"/>. Default: none.</summary>
    [Id(2)]
    public NodeUse? Use { get; init; }

    /// <summary>To <see cref="NodeQuestion.WantsImages"/> all images, to <see cref="NodeQuestion.Prune"/> those that are, or would be, removed. Default: none.</summary>
    [Id(3)]
    public NodeImageList? Images { get; init; }

    /// <summary>To <see cref="NodeQuestion.Pull"/> and <see cref="NodeQuestion.Import"/>, at least every 5 s. Default: none.</summary>
    [Id(4)]
    public ImageStep? Step { get; init; }
}
