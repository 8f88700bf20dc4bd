using System.Collections.Frozen;
using Warren.Content;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Grains.Tasks;

/// <summary>
/// The observed life of a task. A task only advances: an input that says less than is known is late and changes nothing, so that
/// reports may be lost, doubled and overtaken. The picture is in docs/scheduling.md.
/// </summary>
internal static class TaskStateMachine
{
    private static readonly TaskState[] s_onNode =
        [TaskState.Assigned, TaskState.Preparing, TaskState.Starting, TaskState.Running, TaskState.Stopping];

    private static readonly TaskState[] s_endsOnNode = [TaskState.Complete, TaskState.Failed, TaskState.Rejected, TaskState.Shutdown];

    /// <summary>Who may take a task from which state to which other ones.</summary>
    private static readonly FrozenDictionary<(TaskState From, TaskState To), TaskActor> s_transitions = Table();

    /// <summary>All transitions, for tests and the documentation.</summary>
    public static IReadOnlyDictionary<(TaskState From, TaskState To), TaskActor> Transitions => s_transitions;

    /// <summary>The service says what becomes of a task that has no agent to say so: it may be placed, is withdrawn, or is given up with its node.</summary>
    public static TaskStep Step(TaskRecord task, TaskState next, string reason, DateTimeOffset now) =>
        Advance(task, TaskActor.Service, new() { State = next, At = now, Reason = reason }, task.Node, task.LastReport);

    /// <summary>The scheduler says which node admitted a task.</summary>
    public static TaskStep Assign(TaskRecord task, NodeId node, DateTimeOffset now)
    {
        if (task.Observed.State.IsOnNode && task.Node == node) return new(task, TaskStepOutcome.Known);
        if (task.Observed.State.IsOnNode)
            return new(task, TaskStepOutcome.Refused, $"{task.Id} is {task.Observed.State} on {task.Node} already, so it cannot be assigned to {node}");
        return Advance(task, TaskActor.Scheduler, new() { State = TaskState.Assigned, At = now, Reason = $"placed on {node}" }, node, task.LastReport);
    }

    /// <summary>An agent says what it saw.</summary>
    public static TaskStep Report(TaskRecord task, TaskReport report)
    {
        if (report.Task != task.Id) return new(task, TaskStepOutcome.Refused, $"the report is about {report.Task}, not about {task.Id}");
        if (report.Node != task.Node)
            return new(task, TaskStepOutcome.Superseded, $"{task.Id} is {(task.Node is { } node ? $"on {node}" : "on no node")}, not on {report.Node}");
        return Advance(task, TaskActor.Agent, report.Observed, task.Node, report.Sequence);
    }

    private static TaskStep Advance(TaskRecord task, TaskActor actor, TaskObservation next, NodeId? node, long sequence)
    {
        var (from, to) = (task.Observed.State, next.State);
        if (from.IsFinal)
        {
            return (actor, to.IsFinal) switch
            {
                (TaskActor.Agent, false) => new(task, TaskStepOutcome.Superseded, $"{task.Id} ended as {from}"),
                _ when from == to => new(task, TaskStepOutcome.Known),
                _ => new(task, TaskStepOutcome.Late, $"{task.Id} ended as {from}"),
            };
        }

        if (to < from) return new(task, TaskStepOutcome.Late, $"{task.Id} is {from} already, not {to}");
        if (to == from)
        {
            if (actor != TaskActor.Agent) return new(task, TaskStepOutcome.Known);
            if (sequence < task.LastReport) return new(task, TaskStepOutcome.Late, $"a later report about {task.Id} came before");

            // When a state began does not change while it lasts.
            var refreshed = next with { At = task.Observed.At };
            return ContentComparison.AreEqual(refreshed, task.Observed)
                ? new(task, TaskStepOutcome.Known)
                : new(task with { Observed = refreshed, LastReport = sequence }, TaskStepOutcome.Refreshed);
        }

        if (!s_transitions.TryGetValue((from, to), out var allowed) || allowed != actor)
            return new(task, TaskStepOutcome.Refused, $"{actor} cannot take {task.Id} from {from} to {to}");
        return new(task with { Observed = Keep(task.Observed, next), Node = node, LastReport = sequence }, TaskStepOutcome.Advanced);
    }

    // What ended or was given up without a word about its process keeps what was known of it.
    private static TaskObservation Keep(TaskObservation known, TaskObservation next) =>
        next with { StartedAt = next.StartedAt ?? known.StartedAt, FinishedAt = next.FinishedAt ?? known.FinishedAt };

    private static FrozenDictionary<(TaskState From, TaskState To), TaskActor> Table()
    {
        var table = new Dictionary<(TaskState, TaskState), TaskActor>
        {
            [(TaskState.New, TaskState.Pending)] = TaskActor.Service,
            [(TaskState.New, TaskState.Shutdown)] = TaskActor.Service,
            [(TaskState.Pending, TaskState.Shutdown)] = TaskActor.Service,
            [(TaskState.Pending, TaskState.Assigned)] = TaskActor.Scheduler,
        };
        foreach (var from in s_onNode)
        {
            table[(from, TaskState.Orphaned)] = TaskActor.Service;

            // Reports in between may have been lost, so an agent may pass over states.
            foreach (var to in s_onNode.Where(to => to > from).Concat(s_endsOnNode)) table[(from, to)] = TaskActor.Agent;
        }

        // What has run was not refused.
        table.Remove((TaskState.Running, TaskState.Rejected));
        table.Remove((TaskState.Stopping, TaskState.Rejected));
        return table.ToFrozenDictionary();
    }
}
