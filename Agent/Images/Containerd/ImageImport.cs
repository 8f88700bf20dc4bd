using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Agent.Images.Archives;
using Warren.Containers;
using Warren.Images;
using Warren.Images.Formats;
using Warren.Images.Registry;

namespace Warren.Agent.Images.Containerd;

/// <summary>Loads images from an archive: all of them get their names when all are whole, or none.</summary>
internal sealed partial class ImageImport(
    ImageRecords records, ImageAssembler assembler, PullLeases leases, ImageOptions options, TimeProvider time, ILogger logger)
{
    private const string LeaseName = "import";

    public async Task<ImmutableArray<Image>> RunAsync(Stream stream, ImageReference? name, CancellationToken cancellationToken)
    {
        await using var archive = await SpooledArchive.ReadAsync(stream, options.DataDirectory, cancellationToken);
        var named = ImageArchive.Name(await ImageArchive.ReadAsync(archive, assembler.Platforms, cancellationToken), name);
        var lease = await leases.OpenAsync(LeaseName, cancellationToken);
        try
        {
            var assembled = new Dictionary<ArchivedImage, AssembledImage>(ReferenceEqualityComparer.Instance);
            foreach (var (reference, image) in named)
            {
                if (assembled.ContainsKey(image)) continue;
                var parts = new ImageParts(reference.ToString(), image.Documents, (blob, sink, token) => CopyAsync(image, blob, sink, token), lease, new PullState());
                assembled.Add(image, await assembler.AssembleAsync(parts, cancellationToken));
            }
            await NameAllAsync([.. named.Select(entry => (entry.Name.ToString(), assembled[entry.Image]))], cancellationToken);
            await leases.CloseAsync(lease, clears: false);
            foreach (var (reference, image) in named) LogImported(reference.ToString(), assembled[image].Target.Digest);
            return [.. named.Select(entry => assembled[entry.Image].Unnamed with { Name = entry.Name.ToString() })];
        }
        catch
        {
            await leases.CloseAsync(lease, clears: true);
            throw;
        }
    }

    private static async Task CopyAsync(ArchivedImage image, Descriptor blob, IBlobSink sink, CancellationToken cancellationToken)
    {
        // What a broken pull has begun may be damaged, and the archive is at hand.
        if (sink.Offset > 0) await sink.ResetAsync(cancellationToken);
        await image.Blobs[blob.Digest].ReadAsync(sink.Offset, part => sink.WriteAsync(part, cancellationToken), cancellationToken);
        try
        {
            await sink.CommitAsync(cancellationToken);
        }
        catch (ImageException e) when (e.Fault == ImageFault.DigestMismatch)
        {
            await sink.ResetAsync(cancellationToken);
            throw new ImageException(ImageFault.DigestMismatch, $"The archive's file for {blob.Digest} has another digest.", e);
        }
    }

    private async Task NameAllAsync(ImmutableArray<(string Name, AssembledImage Image)> images, CancellationToken cancellationToken)
    {
        var done = new List<(string Name, ImageRecord? Before)>();
        try
        {
            foreach (var (name, image) in images)
            {
                cancellationToken.ThrowIfCancellationRequested();
                // Not to be cancelled in the middle: then it would not be known whether the name is to be taken back.
                var before = await records.PutAsync(
                    new(name, image.Target.Digest, image.Target.MediaType, image.Target.Size, time.GetUtcNow()), CancellationToken.None);
                done.Add((name, before));
            }
        }
        catch
        {
            done.Reverse();
            foreach (var (name, before) in done) await TakeBackAsync(name, before);
            throw;
        }
    }

    private async Task TakeBackAsync(string name, ImageRecord? before)
    {
        try
        {
            await records.RestoreAsync(name, before, CancellationToken.None);
        }
        catch (ImageException e)
        {
            LogNotTakenBack(e, name);
        }
    }

    [LoggerMessage(LogLevel.Information, "Imported {Name} ({Digest})")]
    private partial void LogImported(string name, string digest);

    [LoggerMessage(LogLevel.Error, "The name {Name} could not be taken back after a failed import; remove the image or import again")]
    private partial void LogNotTakenBack(Exception exception, string name);
}
