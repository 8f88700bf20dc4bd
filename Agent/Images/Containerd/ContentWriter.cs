using Google.Protobuf;
using Grpc.Core;
using Warren.Agent.Runtime.Containerd;
using Warren.Agent.Runtime.Containerd.Api.ContentV1;
using Warren.Images;
using Warren.Images.Formats;
using Warren.Images.Registry;

namespace Warren.Agent.Images.Containerd;

/// <summary>
/// Writes one blob into containerd's content store. The write is named by the digest, so that containerd keeps what came of it and the next writer
/// goes on there, also in another life of the agent.
/// </summary>
internal sealed class ContentWriter : IBlobSink, IAsyncDisposable
{
    public const string RefPrefix = "warren-blob-";

    // A write is held by the stream that opened it until containerd has noticed its end.
    private static readonly TimeSpan s_lockPause = TimeSpan.FromMilliseconds(250), s_lockLimit = TimeSpan.FromMinutes(1);

    private readonly ContainerdConnection _connection;
    private readonly Descriptor _blob;
    private readonly string _lease;
    private readonly DownloadState _state;
    private readonly ImageOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationToken _cancellation;
    private AsyncDuplexStreamingCall<WriteContentRequest, WriteContentResponse>? _call;

    private ContentWriter(
        ContainerdConnection connection, Descriptor blob, string lease, DownloadState state, ImageOptions options, TimeProvider time, CancellationToken cancellation)
    {
        _connection = connection;
        _blob = blob;
        _lease = lease;
        _state = state;
        _options = options;
        _time = time;
        _cancellation = cancellation;
    }

    public long Offset { get; private set; }

    private string Ref => RefPrefix + _blob.Digest;

    private string Doing => $"Keeping the blob {_blob.Digest}";

    /// <summary>Opens the write under a lease; null if the blob is there. The token ends the writer, whatever it does.</summary>
    public static async Task<ContentWriter?> OpenAsync(
        ContainerdConnection connection, Descriptor blob, string lease, DownloadState state, ImageOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var writer = new ContentWriter(connection, blob, lease, state, options, time, cancellation);
        try
        {
            if (await writer.OpenAsync()) return writer;
        }
        catch
        {
            await writer.DisposeAsync();
            throw;
        }
        await writer.DisposeAsync();
        return null;
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var answer = await ExchangeAsync(new()
        {
            Action = WriteAction.Write,
            Offset = Offset,
            Data = UnsafeByteOperations.UnsafeWrap(bytes),
        });
        SetOffset(answer.Offset);
    }

    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        Close();
        await AbortAsync();
        // False means that another has brought it meanwhile, which the commit will find too.
        if (!await OpenAsync()) SetOffset(_blob.Size);
    }

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_call is null) return;
        try
        {
            await ExchangeAsync(new()
            {
                Action = WriteAction.Commit,
                Offset = Offset,
                Total = _blob.Size,
                Expected = _blob.Digest,
            });
        }
        catch (ImageException e) when (e.InnerException is RpcException inner && ContainerdErrors.IsAlreadyThere(inner))
        {
            // Another namespace or stream has brought the same bytes.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_call is { } call && !_cancellation.IsCancellationRequested)
        {
            try
            {
                // A half-closed stream lets go of the write at once; a broken one when it is noticed.
                await call.RequestStream.CompleteAsync();
            }
            catch (Exception e) when (e is RpcException or InvalidOperationException or OperationCanceledException)
            {
                // The stream has ended already.
            }
        }
        Close();
    }

    private async Task<bool> OpenAsync()
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            _call = _connection.Content.Write(ContainerdConnection.Leased(_connection.Unbounded(_cancellation), _lease));
            try
            {
                var answer = await ExchangeAsync(new() { Action = WriteAction.Stat, Ref = Ref, Total = _blob.Size, Expected = _blob.Digest });
                SetOffset(answer.Offset);
                return true;
            }
            catch (ImageException e) when (e.InnerException is RpcException inner && ContainerdErrors.IsAlreadyThere(inner))
            {
                Close();
                return false;
            }
            catch (ImageException e) when (IsLocked(e) && _time.GetElapsedTime(began) < s_lockLimit)
            {
                Close();
            }
            await Task.Delay(s_lockPause, _time, _cancellation);
        }
    }

    private async Task AbortAsync()
    {
        for (var began = _time.GetTimestamp(); ;)
        {
            try
            {
                await ImageErrors.FindAsync(
                    _connection.Content.AbortAsync(new() { Ref = Ref }, _connection.Long(_cancellation)), $"Clearing the blob {_blob.Digest}", _cancellation);
                return;
            }
            catch (ImageException e) when (IsEnding(e) && _time.GetElapsedTime(began) < s_lockLimit)
            {
                // The stream that wrote it puts the time of its end into the folder that is just being removed.
            }

            await Task.Delay(s_lockPause, _time, _cancellation);
        }
    }

    private async Task<WriteContentResponse> ExchangeAsync(WriteContentRequest request)
    {
        var call = _call ?? throw new InvalidOperationException("The write is closed.");
        using var limit = new CancellationTokenSource(_options.DiskTimeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _cancellation);
        try
        {
            try
            {
                await call.RequestStream.WriteAsync(request, linked.Token);
            }
            catch (Exception e) when (e is InvalidOperationException or RpcException or IOException or HttpRequestException
                && !linked.IsCancellationRequested)
            {
                // The stream has ended; the answer says why.
            }
            if (await call.ResponseStream.MoveNext(linked.Token)) return call.ResponseStream.Current;
        }
        catch (RpcException e) when (!limit.IsCancellationRequested)
        {
            throw ImageErrors.Translate(e, Doing, _cancellation);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or InvalidOperationException)
        {
            _cancellation.ThrowIfCancellationRequested();
            throw new ImageException(ImageFault.RuntimeUnavailable, $"{Doing} failed: the connection to containerd broke: {e.Message}", e);
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException && limit.IsCancellationRequested && !_cancellation.IsCancellationRequested)
        {
            throw new ImageException(ImageFault.RuntimeUnavailable, $"{Doing} failed: containerd did not answer within {_options.DiskTimeout}", e);
        }

        _cancellation.ThrowIfCancellationRequested();
        throw new ImageException(ImageFault.RuntimeUnavailable, $"{Doing} failed: containerd closed the stream without a reason");
    }

    private void SetOffset(long offset)
    {
        Offset = offset;
        _state.Bytes = offset;
    }

    private void Close()
    {
        _call?.Dispose();
        _call = null;
    }

    private static bool IsLocked(ImageException exception) =>
        exception.InnerException is RpcException { StatusCode: StatusCode.Unavailable } inner
        && inner.Status.Detail.Contains("locked", StringComparison.Ordinal);

    private static bool IsEnding(ImageException exception) =>
        IsLocked(exception) || (exception.InnerException is RpcException inner && inner.Status.Detail.Contains("directory not empty", StringComparison.Ordinal));
}
