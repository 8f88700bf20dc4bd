using Warren.Containers;

namespace Warren.Grains.Images;

/// <summary>
/// Finds out what an image reference means, by asking its registry and getting nothing of the image itself. One for all services of a silo, so that
/// those with the same image share what it asks.
/// </summary>
internal interface IImageResolver
{
    /// <summary>How long the first tasks of an image may be held up by its lookup. Zero: managers resolve no images, each node does so for itself.</summary>
    TimeSpan WaitLimit { get; }

    /// <summary>
    /// Asks, or answers by what was asked a moment ago; a call that is answered at once returns a completed task. May be repeated. A failure is an answer,
    /// never an exception.
    /// </summary>
    Task<ImageAnswer> ResolveAsync(ImageReference reference);
}
