using System.Threading.Channels;
using Warren.Questions;

namespace Warren.Silo.Api.Images;

/// <summary>The bytes of an archive for one node, of which few wait, so that a slow node slows the caller down.</summary>
internal sealed class ImportFeed(TimeProvider time) : INodeSource
{
    private const int Waiting = 4;

    // Less than a call may take.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Channel<NodeData> _pieces = Channel.CreateBounded<NodeData>(Waiting);

    /// <summary>Gives the node something; waits while it does not take what was given before. One that wants no more gets nothing.</summary>
    public async Task WriteAsync(NodeData piece, CancellationToken cancellation)
    {
        try
        {
            await _pieces.Writer.WriteAsync(piece, cancellation);
        }
        catch (ChannelClosedException)
        {
            // It has failed, which it says by itself.
        }
    }

    /// <summary>The caller is gone, or the node wants no more.</summary>
    public void Close() => _pieces.Writer.TryComplete();

    public async Task<NodeData> NextAsync()
    {
        using var limit = new CancellationTokenSource(s_patience, time);
        try
        {
            return await _pieces.Reader.ReadAsync(limit.Token);
        }
        catch (ChannelClosedException)
        {
            return new() { IsGone = true };
        }
        catch (OperationCanceledException)
        {
            return new();
        }
    }
}
