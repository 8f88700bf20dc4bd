using System.Globalization;
using Warren.Nodes;
using Warren.Questions;

namespace Warren.Grains.Nodes;

/// <summary>Hands questions on to a node's agent, and its answers back to whoever asked.</summary>
internal sealed class NodeQuestions
{
    private readonly Dictionary<string, (INodeAsker Asker, INodeSource? Source)> _askers = [];
    private INodeAgent? _agent;
    private long _session, _last;

    /// <summary>An agent begins, which knows nothing of what another one was asked.</summary>
    public void Begin(INodeAgent agent, long session)
    {
        EndAll("the node's agent was started anew, or its connection was lost");
        (_agent, _session) = (agent, session);
    }

    /// <summary>There is no agent any more.</summary>
    public void End(string reason)
    {
        _agent = null;
        EndAll(reason);
    }

    /// <summary>Has the agent answer a question.</summary>
    /// <returns>Whether there is an agent.</returns>
    public async Task<bool> AskAsync(NodeQuestion question, INodeAsker asker, INodeSource? source = null)
    {
        if (_agent is not { } agent) return false;

        // A session begins with another number after each restart of the grain, so that nobody gets an answer to another's question.
        var name = string.Create(CultureInfo.InvariantCulture, $"{_session}-{++_last}");
        _askers.Add(name, (asker, source));
        try
        {
            await agent.AnswerAsync(name, question);
            return true;
        }
        catch
        {
            // An agent that has it after all hears that nobody asks.
            _askers.Remove(name);
            throw;
        }
    }

    /// <summary>Gives an answer to its asker.</summary>
    /// <returns>Whether more is wanted; one that is gone wants nothing.</returns>
    public async Task<bool> TakeAnswerAsync(string name, NodeAnswer answer)
    {
        if (!_askers.TryGetValue(name, out var known)) return false;
        var wantsMore = false;
        try
        {
            wantsMore = await known.Asker.TakeAsync(answer) && !answer.IsEnd;
        }
        finally
        {
            if (!wantsMore) _askers.Remove(name);
        }

        return wantsMore;
    }

    /// <summary>The bytes that belong to a question; whoever is not known has none any more.</summary>
    public async Task<NodeData> NextDataAsync(string name) =>
        _askers.TryGetValue(name, out var known) && known.Source is { } source ? await source.NextAsync() : new() { IsGone = true };

    private void EndAll(string reason)
    {
        foreach (var (asker, _) in _askers.Values) _ = TellAsync(asker);
        _askers.Clear();

        async Task TellAsync(INodeAsker asker)
        {
            try
            {
                await asker.TakeAsync(new() { IsEnd = true, Problem = reason });
            }
            catch (Exception)
            {
                // Whoever cannot be told has gone, or hears nothing and gives up.
            }
        }
    }
}
