using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Warren.Nodes;
using Warren.Questions;

namespace Warren.Silo.Api.Questions;

/// <summary>Asks a node's agent, by the node's grain.</summary>
internal sealed class NodeInquiry(IGrainFactory grains, TimeProvider time)
{
    // A reader may keep an agent waiting less than a call may take.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    /// <summary>The answers, until the agent has said all. If it cannot be asked, breaks off or falls silent, the last one has the problem.</summary>
    /// <param name="node">The node.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="silence">How long it may say nothing.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="source">Bytes that belong to the question. Default: none do.</param>
    public async IAsyncEnumerable<NodeAnswer> AskAsync(
        NodeId node, NodeQuestion question, TimeSpan silence, [EnumeratorCancellation] CancellationToken cancellation, INodeSource? source = null)
    {
        var feed = new AnswerFeed(s_patience, time);
        var reference = grains.CreateObjectReference<INodeAsker>(feed);
        var data = source is null ? null : grains.CreateObjectReference<INodeSource>(source);
        try
        {
            if (await TellAsync(node, question, reference, data, cancellation) is { } problem)
            {
                yield return new() { IsEnd = true, Problem = problem };
                yield break;
            }

            while (true)
            {
                var answer = await NextAsync(feed.Answers, silence, cancellation);
                yield return answer;
                if (answer.IsEnd) yield break;
            }
        }
        finally
        {
            feed.Close();
            _ = ForgetAsync(feed, reference, source, data);
        }
    }

    // What the agent has under way is answered first: otherwise it would wait for as long as a call may take.
    private async Task ForgetAsync(AnswerFeed feed, INodeAsker reference, INodeSource? source, INodeSource? data)
    {
        await Task.Delay(s_patience, time);
        grains.DeleteObjectReference<INodeAsker>(reference);
        if (data is not null) grains.DeleteObjectReference<INodeSource>(data);
        GC.KeepAlive(feed);
        GC.KeepAlive(source);
    }

    private async Task<string?> TellAsync(NodeId node, NodeQuestion question, INodeAsker asker, INodeSource? data, CancellationToken cancellation)
    {
        try
        {
            var grain = grains.GetGrain<INodeGrain>(node.Value);
            return await (data is null ? grain.AskAsync(question, asker) : grain.AskWithDataAsync(question, asker, data)).WaitAsync(cancellation) ? null : $"node {node} is not connected";
        }
        catch (Exception failure) when (failure is SiloUnavailableException or TimeoutException)
        {
            return $"the manager that looks after node {node} does not answer";
        }
        catch (OrleansException failure)
        {
            // A manager that begins to look after the node while the store is away knows nothing of it.
            return $"node {node} cannot be asked: {failure.Message}";
        }
    }

    private async Task<NodeAnswer> NextAsync(ChannelReader<NodeAnswer> answers, TimeSpan silence, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var silent = new CancellationTokenSource(silence, time);
        await using var link = silent.Token.Register(limit.Cancel);
        try
        {
            return await answers.ReadAsync(limit.Token);
        }
        catch (ChannelClosedException)
        {
            return new() { IsEnd = true, Problem = "its answers were read too slowly" };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new() { IsEnd = true, Problem = "its agent does not answer" };
        }
    }
}
