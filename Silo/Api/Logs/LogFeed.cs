using System.Threading.Channels;
using Warren.Logs;

namespace Warren.Silo.Api.Logs;

/// <summary>Takes batches from an agent, until whoever reads them has had enough, or reads too slowly for the agent to wait: it then asks anew.</summary>
internal sealed class LogFeed(TimeSpan patience, TimeProvider time) : ILogReader
{
    // The agent has the rest, which is in files.
    private const int Waiting = 2;

    private readonly Channel<LogBatch> _batches = Channel.CreateBounded<LogBatch>(Waiting);

    /// <summary>What was taken.</summary>
    public ChannelReader<LogBatch> Batches => _batches.Reader;

    public async Task<bool> TakeAsync(LogBatch batch)
    {
        using var limit = new CancellationTokenSource(patience, time);
        try
        {
            await _batches.Writer.WriteAsync(batch, limit.Token);
            if (batch.IsEnd) _batches.Writer.TryComplete();
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            _batches.Writer.TryComplete();
            return false;
        }
    }

    /// <summary>Nothing is wanted any more.</summary>
    public void Close() => _batches.Writer.TryComplete();
}
