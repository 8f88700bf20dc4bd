namespace Warren.Questions;

/// <summary>Images that no task of a node needs are to be removed.</summary>
[GenerateSerializer, Alias("warren.image-prune"), Immutable]
public sealed record ImagePrune
{
    /// <summary>Whether it is only said which they are. Default: false.</summary>
    [Id(0)]
    public bool IsDryRun { get; init; }
}
