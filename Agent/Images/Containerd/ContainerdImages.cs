using System.Collections.Immutable;
using Warren.Containers;
using Warren.Images;

namespace Warren.Agent.Images.Containerd;

/// <summary>The images that are there: found, listed, touched and removed.</summary>
internal sealed class ContainerdImages(ImageRecords records, ImageReader reader, PullLeases leases)
{
    /// <summary>The image of a name, or of a digest under another name, with its record.</summary>
    public async Task<(ImageRecord Record, Image Image)?> FindAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        if (await records.FindAsync(reference.ToString(), cancellationToken) is { } named
            && (reference.Digest is null || named.Target == reference.Digest)
            && await reader.ReadAsync(named, cancellationToken) is { } image)
        {
            return (named, image);
        }
        if (reference.Digest is not { } digest) return null;
        foreach (var record in await records.ListAsync(cancellationToken))
        {
            // An index and its manifest for this machine are the same image.
            if (await reader.ReadAsync(record, cancellationToken) is { } other && (other.Digest == digest || other.ManifestDigest == digest))
                return (record, other);
        }
        return null;
    }

    public async Task<ImmutableArray<ImageUse>> ListAsync(CancellationToken cancellationToken)
    {
        var uses = await records.UsesAsync(cancellationToken);
        var list = ImmutableArray.CreateBuilder<ImageUse>();
        foreach (var record in await records.ListAsync(cancellationToken))
        {
            if (await reader.ReadAsync(record, cancellationToken) is { } image) list.Add(new(image, record.LastUsed, UsersOf(image, uses)));
        }
        return [.. list.OrderBy(use => use.Image.Name, StringComparer.Ordinal)];
    }

    public async Task RemoveAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        if (await NameOfAsync(reference, cancellationToken) is not { } record) return;
        await RemoveUnusedAsync(record, cancellationToken);
    }

    /// <summary>Removes an image that is still as it was when listed.</summary>
    /// <returns>False if it is not.</returns>
    public async Task<bool> RemoveUnchangedAsync(ImageUse seen)
    {
        var record = await records.FindAsync(seen.Image.Name, CancellationToken.None);
        if (record is null || record.Target != seen.Image.Digest || record.LastUsed != seen.LastUsed) return false;
        await RemoveUnusedAsync(record, CancellationToken.None);
        return true;
    }

    // What a broken pull of it has left would keep its parts.
    private async Task RemoveUnusedAsync(ImageRecord record, CancellationToken cancellationToken)
    {
        await CheckUnusedAsync(record, cancellationToken);
        await leases.EndLeftAsync(record.Name, cancellationToken);
        await records.DeleteAsync(record.Name, waits: true, cancellationToken);
    }

    // A digest may be known under a tag's name.
    private async Task<ImageRecord?> NameOfAsync(ImageReference reference, CancellationToken cancellationToken) =>
        await records.FindAsync(reference.ToString(), cancellationToken)
        ?? (reference.Digest is null ? null : (await FindAsync(reference, cancellationToken))?.Record);

    // Another name of the same image keeps the layers; only the last one is refused.
    private async Task CheckUnusedAsync(ImageRecord record, CancellationToken cancellationToken)
    {
        var uses = await records.UsesAsync(cancellationToken);
        var image = await reader.ReadAsync(record, cancellationToken);
        var users = image is null ? [.. uses.Where(use => use.ImageName == record.Name).Select(use => use.Container)] : UsersOf(image, uses);
        if (users.IsEmpty) return;
        var names = await records.ListAsync(cancellationToken);
        if (names.Any(other => other.Name != record.Name && other.Target == record.Target)) return;
        throw new ImageException(
            ImageFault.InUse, $"The image {record.Name} is not removed: {users.Length} container(s) are made from it: {string.Join(", ", users)}.");
    }

    private static ImmutableArray<string> UsersOf(Image image, ImmutableArray<ContainerUse> uses) =>
        [.. uses.Where(use => use.Uses(image)).Select(use => use.Container).Order(StringComparer.Ordinal)];
}
