using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Orleans.TestingHost;

/// <summary>One end of a connection in memory.</summary>
internal sealed class InMemoryConnection : ConnectionContext
{
    private readonly CancellationTokenSource _closed = new();
    private readonly Wire _out;
    private readonly Wire _in;
    private int _state;

    public InMemoryConnection(string id, Wire output, Wire input, EndPoint local, EndPoint remote)
    {
        (ConnectionId, _out, _in, LocalEndPoint, RemoteEndPoint) = (id, output, input, local, remote);
        Transport = new Pipes(input.Receiver, output.Sender);
        ConnectionClosed = _closed.Token;
    }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    public override IDuplexPipe Transport { get; set; }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (Interlocked.Exchange(ref _state, 1) != 0) return;
        _out.ResetBySender();
        Leave();
    }

    /// <summary>Ends the connection; what was written still arrives.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _state, 1) != 0) return;
        await Transport.Output.CompleteAsync();
        Leave();
    }

    private void Leave()
    {
        // Whoever still reads or writes here finds out.
        Transport.Input.CancelPendingRead();
        Transport.Output.CancelPendingFlush();
        _in.ResetByReceiver();
        _closed.Cancel();
        _closed.Dispose();
    }

    private sealed class Pipes(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
