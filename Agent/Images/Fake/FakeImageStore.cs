using System.Collections.Concurrent;
using System.Collections.Immutable;
using Warren.Containers;
using Warren.Images;
using Warren.Images.Formats;

namespace Warren.Agent.Images.Fake;

/// <summary>
/// Images for the fake runtime: every reference is there for the asking, without network or disk. The last part of the repository makes it behave:
/// <c>missing</c>, <c>unauthorized</c>, <c>wrong-platform</c>, <c>digest-mismatch</c>, <c>no-space</c> and <c>unavailable</c> fail so, and
/// <c>slow</c> takes <see cref="SlowPull"/>.
/// </summary>
public sealed class FakeImageStore(TimeProvider time) : IImageStore
{
    private const long Size = 1024 * 1024;

    /// <summary>How long the pull of an image called <c>slow</c> takes. Default: 5 s.</summary>
    public TimeSpan SlowPull { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What uses the images, for lists and removals; the fake runtime sets it. By default nothing does.</summary>
    public Func<Image, ImmutableArray<string>> Users { get; set; } = _ => [];

    private readonly ConcurrentDictionary<string, ImageUse> _images = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<Image> PullAsync(
        ImageReference reference, PullOptions options, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var behaviour = reference.Repository[(reference.Repository.LastIndexOf('/') + 1)..];
        if (FaultOf(behaviour) is { } fault) throw new ImageException(fault, $"{reference} was not pulled: its name asks the fake store to fail so.");
        if (Find(reference) is { } known && !options.Refresh)
        {
            await TouchAsync(known, cancellationToken);
            progress?.Report(new(PullPhase.Done, 1, 1, Size, Size));
            return known;
        }

        progress?.Report(new(PullPhase.Resolving, 0, 0, 0, 0));
        if (behaviour == "slow") await Task.Delay(SlowPull, time, cancellationToken);
        var image = Add(reference);
        progress?.Report(new(PullPhase.Done, 1, 1, Size, Size));
        return image;
    }

    /// <inheritdoc/>
    public Task<Image?> FindAsync(ImageReference reference, CancellationToken cancellationToken) => Task.FromResult(Find(reference));

    /// <inheritdoc/>
    public async Task<ImmutableArray<Image>> ImportAsync(Stream archive, ImageReference? name, CancellationToken cancellationToken)
    {
        await archive.CopyToAsync(Stream.Null, cancellationToken);
        return name is null
            ? throw new ImageException(ImageFault.InvalidReference, "The fake store reads no names from archives; give a name.")
            : [Add(name)];
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<ImageUse>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<ImageUse>>(
        [
            .. _images.Values.OrderBy(use => use.Image.Name, StringComparer.Ordinal).Select(use => use with { Containers = Users(use.Image) }),
        ]);

    /// <inheritdoc/>
    public Task RemoveAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        if (Find(reference) is not { } image) return Task.CompletedTask;
        var users = Users(image);
        if (!users.IsEmpty)
        {
            return Task.FromException(new ImageException(
                ImageFault.InUse, $"The image {image.Name} is not removed: containers are made from it: {string.Join(", ", users)}."));
        }
        _images.TryRemove(image.Name, out _);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task TouchAsync(Image image, CancellationToken cancellationToken)
    {
        if (_images.TryGetValue(image.Name, out var use)) _images.TryUpdate(image.Name, use with { LastUsed = time.GetUtcNow() }, use);
        return Task.CompletedTask;
    }

    /// <summary>Removes nothing: a disk that does not exist is never full.</summary>
    public Task<ImageCollection> CollectAsync(ImageCollectionPolicy policy, IReadOnlySet<string> keep, CancellationToken cancellationToken) =>
        Task.FromResult(new ImageCollection([], 0, 0, ReachedLowMark: true));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Image? Find(ImageReference reference) =>
        _images.TryGetValue(reference.ToString(), out var use)
            ? use.Image
            : _images.Values.FirstOrDefault(other => reference.Digest is not null && other.Image.Digest == reference.Digest)?.Image;

    private Image Add(ImageReference reference)
    {
        var name = reference.ToString();
        var digest = reference.Digest ?? Digests.Of(System.Text.Encoding.UTF8.GetBytes(name));
        var image = new Image
        {
            Name = name,
            Digest = digest,
            ManifestDigest = digest,
            ChainId = digest,
            Config = new ImageConfig { Cmd = ["/fake"] },
            Size = Size,
            Platforms = [PlatformMatcher.Host.Preferred.ToString()],
        };
        _images[name] = new(image, time.GetUtcNow(), []);
        return image;
    }

    private static ImageFault? FaultOf(string behaviour) => behaviour switch
    {
        "missing" => ImageFault.NotFound,
        "unauthorized" => ImageFault.Unauthorized,
        "wrong-platform" => ImageFault.WrongPlatform,
        "digest-mismatch" => ImageFault.DigestMismatch,
        "no-space" => ImageFault.NoSpace,
        "unavailable" => ImageFault.RegistryUnavailable,
        _ => null,
    };
}
