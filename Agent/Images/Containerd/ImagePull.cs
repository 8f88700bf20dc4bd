using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Containers;
using Warren.Images;
using Warren.Images.Formats;
using Warren.Images.Registry;

namespace Warren.Agent.Images.Containerd;

/// <summary>Gets one image from its registry.</summary>
internal sealed partial class ImagePull(
    RegistryClient registries,
    ContainerdImages images,
    ImageRecords records,
    ImageAssembler assembler,
    PullLeases leases,
    TimeProvider time,
    ILogger logger)
{
    public async Task<Image> RunAsync(ImageReference reference, PullOptions options, PullState state, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var here = await images.FindAsync(reference, cancellationToken);
        if (here is { } known && (!options.Refresh || reference.Digest is not null)) return await UseAsync(reference, known, state, cancellationToken);

        var source = registries.Open(reference, options.Credentials, state.Note);
        if (here is { } old && await source.ResolveAsync(reference.Tag!, cancellationToken) == old.Image.Digest)
            return await UseAsync(reference, old, state, cancellationToken);

        var documents = await ResolveAsync(reference, source, cancellationToken);
        string? lease = null;
        try
        {
            lease = await leases.OpenAsync(reference.ToString(), cancellationToken);
            var parts = new ImageParts(reference.ToString(), documents, source.DownloadAsync, lease, state);
            var assembled = await assembler.AssembleAsync(parts, cancellationToken);
            var target = assembled.Target;
            await records.PutAsync(new(reference.ToString(), target.Digest, target.MediaType, target.Size, time.GetUtcNow()), cancellationToken);
            await leases.CloseAsync(lease, clears: false);
            state.Done();
            LogPulled(reference.ToString(), target.Digest, assembled.Unnamed.Size, time.GetElapsedTime(began));
            return assembled.Unnamed with { Name = reference.ToString() };
        }
        catch (ImageException e) when (e.Fault is ImageFault.NoSpace or ImageFault.Malformed or ImageFault.WrongPlatform)
        {
            // Nothing of it will be of use: a full disk needs the room, and the others are what they are.
            if (lease is not null) await leases.CloseAsync(lease, clears: true);
            throw Named(reference, e);
        }
        catch (ImageException e)
        {
            throw Named(reference, e);
        }
        finally
        {
            // One that is still open keeps the parts for the next pull.
            if (lease is not null) leases.Leave(lease);
        }
    }

    private async Task<Image> UseAsync(
        ImageReference reference, (ImageRecord Record, Image Image) here, PullState state, CancellationToken cancellationToken)
    {
        await records.TouchAsync(here.Record, cancellationToken);
        // An agent that was killed after it had named the image has left the lease.
        await leases.EndLeftAsync(reference.ToString(), cancellationToken);
        state.Done();
        return here.Image;
    }

    // From the name to the manifest for this machine, by an index if there is one.
    private async Task<ImmutableArray<FetchedManifest>> ResolveAsync(
        ImageReference reference, RegistrySource source, CancellationToken cancellationToken)
    {
        var documents = ImmutableArray.CreateBuilder<FetchedManifest>();
        var next = await source.GetManifestAsync(reference.Digest ?? reference.Tag!, null, cancellationToken);
        documents.Add(next);
        while (next.Document.Index is { } index)
        {
            if (documents.Count == ImageReader.MaxDepth)
                throw new ImageException(ImageFault.Malformed, $"{reference} has indexes within indexes, more than {ImageReader.MaxDepth - 1} deep.");
            var chosen = index.Choose(assembler.Platforms) ?? throw WrongPlatform(reference, index);
            next = await source.GetManifestAsync(chosen.Digest, chosen, cancellationToken);
            documents.Add(next);
        }
        return documents.ToImmutable();
    }

    private ImageException WrongPlatform(ImageReference reference, ImageIndex index) => new(
        ImageFault.WrongPlatform,
        $"{reference} has no variant for {assembler.Platforms.Preferred}; it has {(index.Platforms.IsEmpty ? "none that is named" : string.Join(", ", index.Platforms))}.");

    private static ImageException Named(ImageReference reference, ImageException e) =>
        e.Message.Contains(reference.ToString(), StringComparison.Ordinal)
            ? e
            : new(e.Fault, $"{reference} was not pulled: {e.Message.TrimEnd('.')}.", e);

    [LoggerMessage(LogLevel.Information, "Pulled {Name} ({Digest}, {Bytes} bytes) in {Elapsed}")]
    private partial void LogPulled(string name, string digest, long bytes, TimeSpan elapsed);
}
