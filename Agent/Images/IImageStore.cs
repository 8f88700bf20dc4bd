using System.Collections.Immutable;
using Warren.Containers;
using Warren.Images;

namespace Warren.Agent.Images;

/// <summary>
/// The images of this node. A pull or an import that was cut short leaves only what makes the next one faster. Failures are
/// <see cref="ImageException"/>.
/// </summary>
public interface IImageStore : IAsyncDisposable
{
    /// <summary>
    /// Gets an image, unless one of that digest is there, and unpacks it. Concurrent calls for one reference share the work; each ends when its own
    /// token is cancelled, and the work when nobody waits for it any more. Network failures are retried with growing pauses.
    /// </summary>
    /// <param name="reference">What to get.</param>
    /// <param name="options">Credentials and whether an image that is there will do.</param>
    /// <param name="progress">Told of progress, in order, at most some times a second. Must not block.</param>
    /// <param name="cancellationToken">Ends this call's waiting.</param>
    /// <exception cref="ImageException">Its <see cref="ImageException.Fault"/> says which failure; the message names image and registry.</exception>
    Task<Image> PullAsync(ImageReference reference, PullOptions options, IProgress<PullProgress>? progress, CancellationToken cancellationToken);

    /// <summary>The image of that name or digest if it is there and unpacked, else null. Asks no registry.</summary>
    Task<Image?> FindAsync(ImageReference reference, CancellationToken cancellationToken);

    /// <summary>
    /// Loads the images of an archive (OCI layout or <c>docker save</c>; tar, plain or gzip), all or, for a broken archive, none.
    /// </summary>
    /// <param name="archive">The archive, read once from start to end.</param>
    /// <param name="name">The name to give, for an archive with one image; null for the names in the archive.</param>
    /// <param name="cancellationToken">Gives up; nothing is kept then.</param>
    Task<ImmutableArray<Image>> ImportAsync(Stream archive, ImageReference? name, CancellationToken cancellationToken);

    /// <summary>All images, with what uses them.</summary>
    Task<ImmutableArray<ImageUse>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Removes an image by name, and its layers if no other image or container has them. Without such an image it does nothing.</summary>
    /// <exception cref="ImageException"><see cref="ImageFault.InUse"/>, with the containers' names.</exception>
    Task RemoveAsync(ImageReference reference, CancellationToken cancellationToken);

    /// <summary>
    /// Notes that a container is made of the image now, so that collection counts its age anew. Without such an image it does nothing.
    /// </summary>
    Task TouchAsync(Image image, CancellationToken cancellationToken);

    /// <summary>
    /// Clears what broken pulls left long ago; then removes images that no container uses and that are not named to be kept, the longest unused first, until the disk is at or below the low mark. While
    /// the disk is below the high mark no image is removed.
    /// </summary>
    /// <param name="policy">The marks.</param>
    /// <param name="keep">Images to keep though no container uses them: those of tasks that will start.</param>
    /// <param name="cancellationToken">Stops after the image at hand.</param>
    Task<ImageCollection> CollectAsync(ImageCollectionPolicy policy, IReadOnlySet<string> keep, CancellationToken cancellationToken);
}
