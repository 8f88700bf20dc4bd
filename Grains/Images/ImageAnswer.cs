using Warren.Services;

namespace Warren.Grains.Images;

/// <summary>What was found out about an image reference: what it means, or why that is not known.</summary>
/// <param name="Image">What it means. Null: not known.</param>
/// <param name="Problem">Why it is not known, for people; empty if it is.</param>
internal sealed record ImageAnswer(ResolvedImage? Image, string Problem)
{
    /// <summary>It is known.</summary>
    public static ImageAnswer Found(ResolvedImage image) => new(image, "");

    /// <summary>It is not known.</summary>
    public static ImageAnswer Failed(string problem) => new(null, problem.TrimEnd('.'));
}
