namespace Warren.Questions;

/// <summary>An image that a node is to have. Its registry is asked also if one of that name is there, unless it is named by digest.</summary>
[GenerateSerializer, Alias("warren.image-pull"), Immutable]
public sealed record ImagePull
{
    /// <summary>The image's reference, which is valid.</summary>
    [Id(0)]
    public required string Image { get; init; }
}
