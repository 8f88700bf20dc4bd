using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Nodes;

/// <summary>Tells an agent of its assignments. What is pushed may be lost: the answers to heartbeats tell, and the agent asks.</summary>
internal sealed class NodePush(TaskTemplates templates)
{
    private INodeAgent? _agent;
    private long _session, _pushed;

    /// <summary>Whether there is an agent to push to; the one before a restart of the grain is not known.</summary>
    public bool HasAgent => _agent is not null;

    /// <summary>An agent begins, and has been told of a version.</summary>
    public void Begin(INodeAgent agent, long session, long told) => (_agent, _session, _pushed) = (agent, session, told);

    /// <summary>There is no agent any more.</summary>
    public void End() => _agent = null;

    /// <summary>Pushes what was not pushed before.</summary>
    public async Task PushAsync(NodeState state)
    {
        if (_agent is not { } agent || _pushed >= state.Assignments.Version) return;
        var message = await MessageAsync(state, _pushed);

        // Another push, or another agent, may have been quicker.
        if (!ReferenceEquals(agent, _agent) || message.To <= _pushed) return;
        _pushed = message.To;
        await agent.AssignAsync(_session, message);
    }

    /// <summary>What takes an agent from a version to the present one.</summary>
    public async Task<AssignmentMessage> MessageAsync(NodeState state, long? since)
    {
        var delta = NodeBook.Since(state, since);
        var wanted = delta.Set.Where(entry => entry.Value.Desired < DesiredState.Shutdown)
            .Select(entry => (entry.Key.Service, entry.Value.SpecVersion)).Distinct().ToArray();
        var made = new Dictionary<(ServiceName, long), TaskTemplate>();
        foreach (var (key, template) in wanted.Zip(await Task.WhenAll(wanted.Select(key => templates.GetAsync(key.Service, key.SpecVersion)))))
        {
            if (template is not null) made.Add(key, template);
        }

        return new()
        {
            From = delta.From,
            To = delta.To,
            IsEverything = delta.IsEverything,
            Set =
            [
                // A task of which its service knows no version any more is about to be withdrawn.
                .. delta.Set.Where(entry => entry.Value.Desired >= DesiredState.Shutdown || made.ContainsKey((entry.Key.Service, entry.Value.SpecVersion)))
                    .Select(entry => new TaskAssignment(entry.Key, entry.Value.SpecVersion, entry.Value.Desired, entry.Value.Reason)),
            ],
            Drop = delta.Drop,
            Templates = [.. made.Values],
        };
    }
}
