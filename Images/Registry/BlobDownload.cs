using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using Warren.Images.Formats;

namespace Warren.Images.Registry;

/// <summary>
/// Gets one blob from one registry: a broken transfer goes on where it stopped, and every byte goes through a hash. Of a blob that an earlier life of
/// the agent began, the sink alone has all bytes and checks the digest at its commit.
/// </summary>
internal sealed class BlobDownload : IDisposable
{
    private const int BufferSize = 512 * 1024;

    // Progress that counts tries anew. Bounds the tries of a large blob by its size.
    private const int Progress = 64 * 1024;

    private readonly RegistrySession _session;
    private readonly Descriptor _blob;
    private readonly IBlobSink _sink;
    private readonly RegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly IncrementalHash? _hash;

    private BlobDownload(RegistrySession session, Descriptor blob, IBlobSink sink, RegistryOptions options, TimeProvider time)
    {
        _session = session;
        _blob = blob;
        _sink = sink;
        _options = options;
        _time = time;
        _hash = sink.Offset == 0 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    }

    private string What => $"the blob {_blob.Digest} of {_session.Endpoint.Repository}";

    /// <exception cref="RegistryFailure">It was not got.</exception>
    /// <exception cref="ImageException"><see cref="ImageFault.DigestMismatch"/>, after what came was forgotten; or the sink's failure.</exception>
    public static async Task RunAsync(
        RegistrySession session, Descriptor blob, IBlobSink sink, Retrier retrier, RegistryOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        // More than there can be is from a write gone wrong.
        if (sink.Offset > blob.Size) await sink.ResetAsync(cancellationToken);
        var isTakenUp = sink.Offset > 0;
        try
        {
            await OnceAsync(session, blob, sink, retrier, options, time, cancellationToken);
        }
        catch (ImageException e) when (e.Fault == ImageFault.DigestMismatch && isTakenUp)
        {
            // The beginning came from elsewhere or has been damaged since: only a whole blob from here tells whose fault it is.
            await OnceAsync(session, blob, sink, retrier, options, time, cancellationToken);
        }
    }

    public void Dispose() => _hash?.Dispose();

    private static async Task OnceAsync(
        RegistrySession session, Descriptor blob, IBlobSink sink, Retrier retrier, RegistryOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var download = new BlobDownload(session, blob, sink, options, time);
        try
        {
            await retrier.RunAsync(download.TransferAsync, () => sink.Offset, Progress, cancellationToken);
            download.CheckHash();
            await sink.CommitAsync(cancellationToken);
        }
        catch (ImageException e) when (e.Fault == ImageFault.DigestMismatch)
        {
            await sink.ResetAsync(cancellationToken);
            throw;
        }
    }

    private async Task<bool> TransferAsync(CancellationToken cancellationToken)
    {
        if (_sink.Offset == _blob.Size) return true;
        var from = _sink.Offset;
        using var answer = await _session.SendAsync(
            HttpMethod.Get, _session.Endpoint.BlobUri(_blob.Digest), headers => headers.Range = from == 0 ? null : new(from, null), cancellationToken);
        var skip = await BeginAsync(answer, from, cancellationToken);
        using var guard = new StallGuard(_options.StallTimeout, _time, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var body = await answer.Response.Content.ReadAsStreamAsync(guard.Token);
            await SkipAsync(body, skip, buffer, guard);
            await CopyAsync(body, buffer, guard, cancellationToken);
        }
        catch (OperationCanceledException) when (guard.HasStalled)
        {
            throw Broken($"brought next to nothing for {_options.StallTimeout}", null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw HttpFailures.Explain(e, answer.Response.RequestMessage!.RequestUri!);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return true;
    }

    // How many bytes at the beginning of the body are here already: all of them where a registry knows no ranges.
    private async Task<long> BeginAsync(RegistryAnswer answer, long from, CancellationToken cancellationToken)
    {
        var response = answer.Response;
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                CheckLength(response.Content.Headers.ContentLength, _blob.Size);
                return from;
            case HttpStatusCode.PartialContent:
                if (response.Content.Headers.ContentRange is not { HasRange: true } range || range.From != from)
                    throw new RegistryFailure(ImageFault.RegistryUnavailable, $"{_session.Endpoint.Host} answers another range of {What} than was asked for");
                CheckLength(range.Length, _blob.Size);
                return 0;
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                throw Mismatch($"ends before byte {from}, and should have {_blob.Size} bytes");
            default:
                throw await HttpFailures.ExplainAsync(response, What, answer.IsForeign, _options, _time, cancellationToken);
        }
    }

    private static async Task SkipAsync(Stream body, long skip, byte[] buffer, StallGuard guard)
    {
        while (skip > 0)
        {
            var read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(skip, BufferSize)), guard.Token);
            if (read == 0) throw new IOException("the connection ended early");
            skip -= read;
            guard.Advance(read);
        }
    }

    // Whole buffers go to the sink, and at a break what has come; so the peer's pauses, not the sink's, count as stalling.
    private async Task CopyAsync(Stream body, byte[] buffer, StallGuard guard, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (filled, broken) = await FillAsync(body, buffer, guard, cancellationToken);
            if (_sink.Offset + filled > _blob.Size) throw Mismatch($"goes on after the {_blob.Size} bytes that it should have");
            if (filled > 0)
            {
                _hash?.AppendData(buffer, 0, filled);
                await _sink.WriteAsync(buffer.AsMemory(0, filled), cancellationToken);
            }
            if (broken is not null) throw broken;
            guard.Restart();
            if (filled < BufferSize) break;
        }
        if (_sink.Offset < _blob.Size) throw Broken($"ended after {_sink.Offset} of {_blob.Size} bytes", null);
    }

    private async Task<(int Filled, RegistryFailure? Broken)> FillAsync(
        Stream body, byte[] buffer, StallGuard guard, CancellationToken cancellationToken)
    {
        var filled = 0;
        try
        {
            while (filled < BufferSize)
            {
                var read = await body.ReadAsync(buffer.AsMemory(filled, BufferSize - filled), guard.Token);
                if (read == 0) break;
                filled += read;
                guard.Advance(read);
            }
            return (filled, null);
        }
        catch (OperationCanceledException) when (guard.HasStalled)
        {
            return (filled, Broken($"brought next to nothing for {_options.StallTimeout}", null));
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            return (filled, Broken($"broke off: {e.Message.TrimEnd('.')}", e));
        }
    }

    private void CheckLength(long? stated, long wanted)
    {
        if (stated is { } length && length != wanted) throw Mismatch($"has {length} bytes, and should have {wanted}");
    }

    private void CheckHash()
    {
        if (_hash is null) return;
        var digest = Digests.ToText(_hash.GetHashAndReset());
        if (digest != _blob.Digest) throw Mismatch($"has the digest {digest}");
    }

    private RegistryFailure Broken(string how, Exception? inner) =>
        new(ImageFault.RegistryUnavailable, $"the transfer of {What} from {_session.Endpoint.Host} {how}", isTransient: true, inner: inner);

    private ImageException Mismatch(string how) =>
        new(ImageFault.DigestMismatch, $"{char.ToUpperInvariant(What[0])}{What[1..]} at {_session.Endpoint.Host} {how}.");
}
