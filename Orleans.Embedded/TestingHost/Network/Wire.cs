using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Orleans.TestingHost;

/// <summary>One direction of a connection in memory. What the sender does reaches the receiver when the gate lets it pass, a reset too.</summary>
internal sealed class Wire : IDisposable
{
    private readonly Pipe _sent = new(new PipeOptions(useSynchronizationContext: false));
    private readonly Pipe _received = new(new PipeOptions(useSynchronizationContext: false));
    private readonly CancellationTokenSource _senderGone = new();
    private readonly CancellationTokenSource _receiverGone;
    private readonly CancellationTokenSource _eitherGone;
    private readonly LinkGate _gate;

    /// <param name="gate">The link.</param>
    /// <param name="networkGone">The end of everything, gate or not.</param>
    public Wire(LinkGate gate, CancellationToken networkGone)
    {
        _gate = gate;
        _receiverGone = CancellationTokenSource.CreateLinkedTokenSource(networkGone);
        _eitherGone = CancellationTokenSource.CreateLinkedTokenSource(_senderGone.Token, _receiverGone.Token);
        Ended = Task.Run(() => CarryAsync(networkGone), CancellationToken.None);
    }

    public PipeWriter Sender => _sent.Writer;

    public PipeReader Receiver => _received.Reader;

    public Task Ended { get; }

    /// <summary>The sender is gone without a farewell.</summary>
    public void ResetBySender() => Cancel(_senderGone);

    /// <summary>The receiver reads no more.</summary>
    public void ResetByReceiver() => Cancel(_receiverGone);

    public void Dispose()
    {
        _senderGone.Dispose();
        _receiverGone.Dispose();
        _eitherGone.Dispose();
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Both directions have ended.
        }
    }

    private async Task CarryAsync(CancellationToken networkGone)
    {
        Exception? failure = null;
        try
        {
            while (true)
            {
                var sent = await _sent.Reader.ReadAsync(_eitherGone.Token);
                await _gate.PassAsync(_receiverGone.Token);
                foreach (var segment in sent.Buffer) _received.Writer.Write(segment.Span);
                _sent.Reader.AdvanceTo(sent.Buffer.End);
                var flushed = await _received.Writer.FlushAsync(_receiverGone.Token);
                if (sent.IsCompleted || flushed.IsCompleted) break;
            }
        }
        catch (OperationCanceledException)
        {
            failure = new ConnectionResetException("The connection was reset.");
        }

        // A receiver that left knows at once; the other end of the link learns of it only when the link lets it.
        if (_receiverGone.IsCancellationRequested) await _received.Writer.CompleteAsync(failure);
        try
        {
            await _gate.PassAsync(networkGone);
        }
        catch (OperationCanceledException)
        {
            failure ??= new ConnectionResetException("The network is gone.");
        }

        await _received.Writer.CompleteAsync(failure);
        await _sent.Reader.CompleteAsync(failure);
    }
}
