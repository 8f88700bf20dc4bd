using System.Threading.Channels;
using Warren.Questions;

namespace Warren.Silo.Api.Questions;

/// <summary>Takes answers from an agent, until whoever reads them has had enough, or reads too slowly for the agent to wait.</summary>
internal sealed class AnswerFeed(TimeSpan patience, TimeProvider time) : INodeAsker
{
    private const int Waiting = 4;

    private readonly Channel<NodeAnswer> _answers = Channel.CreateBounded<NodeAnswer>(Waiting);

    /// <summary>What was taken.</summary>
    public ChannelReader<NodeAnswer> Answers => _answers.Reader;

    public async Task<bool> TakeAsync(NodeAnswer answer)
    {
        using var limit = new CancellationTokenSource(patience, time);
        try
        {
            await _answers.Writer.WriteAsync(answer, limit.Token);
            if (answer.IsEnd) _answers.Writer.TryComplete();
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            _answers.Writer.TryComplete();
            return false;
        }
    }

    /// <summary>Nothing is wanted any more.</summary>
    public void Close() => _answers.Writer.TryComplete();
}
