using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Warren.Agent.Runtime.Containerd;
using Warren.Agent.Runtime.Containerd.Api.ContentV1;
using Warren.Images;
using Warren.Images.Formats;

namespace Warren.Agent.Images.Containerd;

/// <summary>Blobs in containerd's content store.</summary>
internal sealed class ContentStore(ContainerdConnection connection, ImageOptions options, TimeProvider time)
{
    public async Task<bool> HasAsync(string digest, CancellationToken cancellationToken) =>
        await ImageErrors.FindAsync(
            connection.Content.InfoAsync(new() { Digest = digest }, connection.Short(cancellationToken)), $"Looking for the blob {digest}", cancellationToken)
        is not null;

    /// <summary>A small blob, or null if it is not there.</summary>
    /// <exception cref="ImageException"><see cref="ImageFault.Malformed"/>: it is larger than the limit.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(string digest, int most, CancellationToken cancellationToken)
    {
        var doing = $"Reading the blob {digest}";
        using var call = connection.Content.Read(new() { Digest = digest }, connection.Long(cancellationToken));
        using var bytes = new MemoryStream();
        try
        {
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                var data = call.ResponseStream.Current.Data;
                if (bytes.Length + data.Length > most) throw new ImageException(ImageFault.Malformed, $"{doing} failed: it has more than {most} bytes");
                await bytes.WriteAsync(data.Memory, cancellationToken);
            }
        }
        catch (RpcException e) when (ContainerdErrors.IsNotFound(e))
        {
            return null;
        }
        catch (RpcException e)
        {
            throw ImageErrors.Translate(e, doing, cancellationToken);
        }
        return bytes.ToArray();
    }

    /// <summary>Begins or takes up the write of a blob; null if it is there.</summary>
    public Task<ContentWriter?> OpenWriterAsync(Descriptor blob, string lease, DownloadState state, CancellationToken cancellationToken) =>
        ContentWriter.OpenAsync(connection, blob, lease, state, options, time, cancellationToken);

    /// <summary>Writes a small blob, unless it is there.</summary>
    public async Task PutAsync(Descriptor blob, ReadOnlyMemory<byte> bytes, string lease, CancellationToken cancellationToken)
    {
        await using var writer = await OpenWriterAsync(blob, lease, new DownloadState(), cancellationToken);
        if (writer is null) return;
        if (writer.Offset > 0) await writer.ResetAsync(cancellationToken);
        await writer.WriteAsync(bytes, cancellationToken);
        await writer.CommitAsync(cancellationToken);
    }

    /// <summary>Adds labels, by which the garbage collection finds what a blob needs.</summary>
    public async Task LabelAsync(string digest, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var request = new UpdateRequest { Info = new() { Digest = digest }, UpdateMask = new FieldMask() };
        foreach (var (name, value) in labels)
        {
            request.Info.Labels[name] = value;
            request.UpdateMask.Paths.Add("labels." + name);
        }
        await ImageErrors.CallAsync(connection.Content.UpdateAsync(request, connection.Short(cancellationToken)), $"Labelling the blob {digest}", cancellationToken);
    }

    /// <summary>Clears writes of ours that nobody has gone on with since a time.</summary>
    /// <returns>How many.</returns>
    public async Task<int> AbortOldAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var answer = await ImageErrors.CallAsync(
            connection.Content.ListStatusesAsync(new(), connection.Short(cancellationToken)), "Listing the writes", cancellationToken);
        var old = answer.Statuses.Where(write =>
            write.Ref.StartsWith(ContentWriter.RefPrefix, StringComparison.Ordinal) && write.UpdatedAt is { } updated && updated.ToDateTimeOffset() < before);
        var count = 0;
        foreach (var write in old.ToArray())
        {
            await ImageErrors.FindAsync(
                connection.Content.AbortAsync(new() { Ref = write.Ref }, connection.Short(cancellationToken)), $"Clearing the write {write.Ref}", cancellationToken);
            count++;
        }
        return count;
    }
}
