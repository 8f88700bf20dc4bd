using System.Globalization;
using Warren.Execs;
using Warren.Logs;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Nodes;

/// <summary>Tells an agent of its assignments. What is pushed may be lost: the answers to heartbeats tell, and the agent asks.</summary>
internal sealed class NodePush(TaskTemplates templates)
{
    private INodeAgent? _agent;
    private readonly Dictionary<string, ILogReader> _readers = [];
    private readonly Dictionary<string, (IExecCaller Output, IExecCaller Data, IExecCaller Control)> _execs = [];
    private long _session, _pushed, _lastReader;

    /// <summary>Whether there is an agent to push to; the one before a restart of the grain is not known.</summary>
    public bool HasAgent => _agent is not null;

    /// <summary>What the agent is asked.</summary>
    public NodeQuestions Questions { get; } = new();

    /// <summary>An agent begins, and has been told of a version.</summary>
    public void Begin(INodeAgent agent, long session, long told)
    {
        // What the agent before was asked for is asked for again by those who still want it.
        _readers.Clear();
        EndExecs("the node's agent was started anew, or its connection was lost");
        (_agent, _session, _pushed) = (agent, session, told);
        Questions.Begin(agent, session);
    }

    /// <summary>There is no agent any more.</summary>
    public void End()
    {
        _agent = null;
        EndExecs("the node was removed");
        Questions.End("the node was removed");
    }

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

    /// <summary>Has the agent send the output of a task to a reader.</summary>
    /// <returns>Whether there is an agent.</returns>
    public async Task<bool> SendLogsAsync(LogRequest request, ILogReader reader)
    {
        if (_agent is not { } agent) return false;

        // A session begins with another number after each restart of the grain, so that no agent sends to another reader than it was asked for.
        var name = string.Create(CultureInfo.InvariantCulture, $"{_session}-{++_lastReader}");
        _readers.Add(name, reader);
        try
        {
            await agent.SendLogsAsync(name, request);
            return true;
        }
        catch
        {
            // An agent that was not reached sends nothing, and whoever reads asks again under another name.
            _readers.Remove(name);
            throw;
        }
    }

    /// <summary>Gives output to its reader.</summary>
    /// <returns>Whether it wants more; one that is gone does not.</returns>
    public async Task<bool> TakeLogsAsync(string name, LogBatch batch)
    {
        if (!_readers.TryGetValue(name, out var reader)) return false;
        var wantsMore = false;
        try
        {
            wantsMore = await reader.TakeAsync(batch) && !batch.IsEnd;
        }
        finally
        {
            if (!wantsMore) _readers.Remove(name);
        }

        return wantsMore;
    }

    /// <summary>Has the agent begin a process for a caller.</summary>
    /// <returns>Whether there is an agent.</returns>
    public async Task<bool> ExecAsync(ExecSpec spec, IExecCaller output, IExecCaller data, IExecCaller control)
    {
        if (_agent is not { } agent) return false;
        var name = string.Create(CultureInfo.InvariantCulture, $"{_session}-{++_lastReader}");
        _execs.Add(name, (output, data, control));
        try
        {
            await agent.ExecAsync(name, spec);
            return true;
        }
        catch
        {
            // An agent that has it after all hears that there is no caller.
            _execs.Remove(name);
            throw;
        }
    }

    /// <summary>Gives what comes from a process to its caller; one that is not known is gone.</summary>
    public async Task<ExecAnswer> TakeExecOutputAsync(string name, ExecOutput output)
    {
        if (!_execs.TryGetValue(name, out var caller)) return ExecAnswer.Gone;
        var answer = ExecAnswer.Gone;
        try
        {
            answer = await caller.Output.TakeAsync(output);
        }
        finally
        {
            if (answer == ExecAnswer.Gone || (answer == ExecAnswer.Taken && output.Kind >= ExecOutputKind.Exited)) _execs.Remove(name);
        }

        return answer;
    }

    /// <summary>What the caller of a process has for it; one that is not known is gone.</summary>
    public async Task<ExecInput> NextExecInputAsync(string name, ExecChannel channel)
    {
        if (!_execs.TryGetValue(name, out var caller)) return new() { IsGone = true };
        var isThere = false;
        try
        {
            var input = await (channel == ExecChannel.Data ? caller.Data : caller.Control).NextAsync(channel);
            isThere = !input.IsGone;
            return input;
        }
        finally
        {
            if (!isThere) _execs.Remove(name);
        }
    }

    // The agent that is there knows nothing of them, or kills them when it asks.
    private void EndExecs(string reason)
    {
        foreach (var caller in _execs.Values) _ = TellAsync(caller.Output);
        _execs.Clear();

        async Task TellAsync(IExecCaller caller)
        {
            try
            {
                await caller.TakeAsync(new() { Kind = ExecOutputKind.Failed, Reason = reason });
            }
            catch (Exception)
            {
                // Whoever cannot be told has gone, or hears nothing and gives up.
            }
        }
    }

    /// <summary>What takes an agent from a version to the present one.</summary>
    public async Task<AssignmentMessage> MessageAsync(NodeState state, long? since)
    {
        var delta = NodeBook.Since(state, since);
        var wanted = delta.Set.Where(entry => entry.Value.Desired < DesiredState.Shutdown)
            .SelectMany(entry => TemplatesOf(entry.Key, entry.Value)).Distinct().ToArray();
        var made = new Dictionary<(ServiceName, long), TaskTemplate>();
        foreach (var (key, template) in wanted.Zip(await Task.WhenAll(wanted.Select(key => templates.GetAsync(key.Service, key.Version)))))
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
                    .Select(entry => new TaskAssignment(entry.Key, entry.Value.SpecVersion, entry.Value.Desired, entry.Value.Reason, entry.Value.FilesVersion)),
            ],
            Drop = delta.Drop,
            Templates = [.. made.Values],
            NodeLabels = state.Spec.Labels,
        };
    }

    private static IEnumerable<(ServiceName Service, long Version)> TemplatesOf(TaskId task, AssignedTask assigned)
    {
        yield return (task.Service, assigned.SpecVersion);
        if (assigned.FilesVersion > 0) yield return (task.Service, assigned.FilesVersion);
    }
}
