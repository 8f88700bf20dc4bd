using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Orleans.Runtime.Networking;

/// <summary>One TCP connection.</summary>
internal sealed class SocketConnection : ConnectionContext, IStreamFeature
{
    private static long s_last;
    private readonly Socket _socket;
    private readonly CancellationTokenSource _closed = new();
    private IDuplexPipe? _transport;
    private int _disposed;

    public SocketConnection(Socket socket)
    {
        socket.NoDelay = true;
        _socket = socket;
        Stream = new NetworkStream(socket, ownsSocket: false);
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionId = string.Create(CultureInfo.InvariantCulture, $"tcp-{Interlocked.Increment(ref s_last)}");
        ConnectionClosed = _closed.Token;
        Features.Set<IStreamFeature>(this);
    }

    public Stream Stream { get; }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    /// <summary>The stream as a pipe, for those that want one.</summary>
    public override IDuplexPipe Transport
    {
        get => _transport ??= new StreamPipe(Stream);
        set => _transport = value;
    }

    /// <summary>Closes at once; what is on its way is lost, and the other side is told so.</summary>
    public override void Abort(ConnectionAbortedException abortReason) => Close(abort: true);

    public override ValueTask DisposeAsync()
    {
        Close(abort: false);
        return ValueTask.CompletedTask;
    }

    private void Close(bool abort)
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        if (abort)
        {
            try
            {
                // A close with this linger sends a reset.
                _socket.LingerState = new LingerOption(true, 0);
            }
            catch (SocketException)
            {
                // The other side has reset it already, which is what is wanted.
            }
        }

        Stream.Dispose();
        _socket.Dispose();
        _closed.Cancel();
        _closed.Dispose();
    }

    private sealed class StreamPipe(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

        public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }
}
