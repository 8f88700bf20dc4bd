using Warren.Containers;

namespace Warren.Grains.Images;

/// <summary>Leaves all images to the nodes.</summary>
internal sealed class NoImageResolver : IImageResolver
{
    /// <inheritdoc/>
    public TimeSpan WaitLimit => TimeSpan.Zero;

    /// <inheritdoc/>
    public Task<ImageAnswer> ResolveAsync(ImageReference reference) => Task.FromResult(ImageAnswer.Failed("managers resolve no images here"));
}
