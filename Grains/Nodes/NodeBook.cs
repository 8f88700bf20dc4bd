using System.Collections.Immutable;
using Warren.Content;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Grains.Nodes;

/// <summary>What becomes of a node's state by what its grain is told: assignments and reservations, always changed together. No I/O.</summary>
internal static class NodeBook
{
    /// <summary>An agent begins a session.</summary>
    public static NodeState Register(NodeState state, NodeRegistration registration, NodeStatus status)
    {
        var isFirst = state.Description is null;
        return state with
        {
            Session = state.Session + 1,
            Attempt = registration.Attempt,
            Spec = isFirst ? state.Spec with { Labels = registration.InitialLabels } : state.Spec,
            Description = registration.Description,
            Status = status,
            JoinedAt = isFirst ? status.Since : state.JoinedAt,
            Images = Images(state.Images, registration.Images),
        };
    }

    /// <summary>Whether the agent that has the session has given this registration up, or it comes twice.</summary>
    public static bool IsLate(NodeState state, NodeRegistration registration) =>
        registration.Attempt is { } attempt && state.Attempt is { } last && attempt.Agent == last.Agent && attempt.Number <= last.Number;

    /// <summary>Promises room, one request after the other.</summary>
    /// <param name="state">The node.</param>
    /// <param name="id">Its id.</param>
    /// <param name="requests">What is asked for.</param>
    /// <param name="elsewhere">Requests that cannot be met whatever the node has, with why: their volumes are on other nodes.</param>
    /// <returns>The node with what is admitted, and an answer for each request.</returns>
    public static (NodeState State, ImmutableArray<AdmissionAnswer> Answers) Admit(
        NodeState state, NodeId id, ImmutableArray<AdmissionRequest> requests, IReadOnlyDictionary<TaskId, string> elsewhere)
    {
        var answers = ImmutableArray.CreateBuilder<AdmissionAnswer>(requests.Length);
        var (record, assignments) = (state.ToRecord(id), state.Assignments);
        foreach (var request in requests)
        {
            var task = request.Reservation.Task;
            if (record is null)
            {
                answers.Add(new(task, AdmissionResult.Refused, $"there is no node {id}"));
                continue;
            }

            if (elsewhere.TryGetValue(task, out var reason))
            {
                answers.Add(new(task, AdmissionResult.Refused, reason));
                continue;
            }

            // One that has ended here is on its way out; it is asked for by a scheduler that has not heard of its end.
            var isHeld = assignments.Entries.ContainsKey(task);
            var admission = isHeld && !record.Reservations.Any(held => held.Task == task)
                ? new(AdmissionOutcome.Held, record)
                : NodeAdmission.Decide(record, request.Reservation);
            if (admission.Outcome == AdmissionOutcome.Refused)
            {
                answers.Add(new(task, AdmissionResult.Refused, admission.Reason));
                continue;
            }

            record = admission.Node;
            if (!isHeld) assignments = AssignmentDiff.Assign(assignments, task, new(request.SpecVersion, DesiredState.Running, ""));
            answers.Add(new(task, AdmissionResult.Admitted, ""));
        }

        return ReferenceEquals(assignments, state.Assignments)
            ? (state, answers.DrainToImmutable())
            : (state with { Assignments = assignments, Reservations = record!.Reservations }, answers.DrainToImmutable());
    }

    /// <summary>What services want. An intention only advances.</summary>
    /// <returns>The node, and the tasks of which it has nothing.</returns>
    public static (NodeState State, ImmutableArray<TaskId> Nothing) SetDesired(NodeState state, ImmutableArray<TaskIntention> intentions)
    {
        var assignments = state.Assignments;
        var nothing = ImmutableArray.CreateBuilder<TaskId>();
        foreach (var intention in intentions)
        {
            if (!assignments.Entries.TryGetValue(intention.Task, out var entry))
            {
                nothing.Add(intention.Task);
                continue;
            }

            var next = entry.Value with { FilesVersion = Math.Max(entry.Value.FilesVersion, intention.FilesVersion) };
            if (intention.Desired > next.Desired) next = next with { Desired = intention.Desired, Reason = intention.Reason };
            assignments = AssignmentDiff.Assign(assignments, intention.Task, next);
        }

        return (ReferenceEquals(assignments, state.Assignments) ? state : state with { Assignments = assignments }, nothing.DrainToImmutable());
    }

    /// <summary>What is known of tasks now: those that have ended release what they were promised.</summary>
    public static NodeState Learn(NodeState state, IEnumerable<TaskRecord> tasks)
    {
        var ended = tasks.Where(task => task.Observed.State.IsFinal).Select(task => task.Id).ToHashSet();
        return ended.Count > 0 && state.Reservations.Any(held => ended.Contains(held.Task))
            ? state with { Reservations = state.Reservations.RemoveAll(held => ended.Contains(held.Task)) }
            : state;
    }

    /// <summary>Copies that an agent has and must not: what is assigned is to end; what is not is said to be dropped, so that the agent hears it.</summary>
    public static NodeState Refuse(NodeState state, IEnumerable<CopyVerdict> verdicts)
    {
        var assignments = state.Assignments;
        foreach (var verdict in verdicts.Where(verdict => !verdict.Stays))
        {
            if (!assignments.Entries.TryGetValue(verdict.Task, out var entry)) assignments = AssignmentDiff.Deny(assignments, verdict.Task);
            else if (entry.Value.Desired < DesiredState.Shutdown)
                assignments = AssignmentDiff.Assign(assignments, verdict.Task, entry.Value with { Desired = DesiredState.Shutdown, Reason = verdict.Reason });
        }

        return ReferenceEquals(assignments, state.Assignments) ? state : state with { Assignments = assignments };
    }

    /// <summary>Tasks that the node does not have any more, or was never to have.</summary>
    public static NodeState Drop(NodeState state, IReadOnlyCollection<TaskId> tasks)
    {
        if (tasks.Count == 0) return state;
        var assignments = state.Assignments;
        foreach (var task in tasks) assignments = AssignmentDiff.Drop(assignments, task);
        return ReferenceEquals(assignments, state.Assignments)
            ? state
            : state with { Assignments = assignments, Reservations = state.Reservations.RemoveAll(held => tasks.Contains(held.Task)) };
    }

    /// <summary>
    /// What takes an agent from a version to the present one. A task that has given its room back has ended here, whatever its service wants of it: an
    /// agent that has lost what it knew must not begin it anew.
    /// </summary>
    public static AssignmentDelta<AssignedTask> Since(NodeState state, long? version)
    {
        var delta = AssignmentDiff.Since(state.Assignments, version);
        var held = state.Reservations.Select(held => held.Task).ToHashSet();
        var ended = delta.Set.Where(entry => entry.Value.Desired < DesiredState.Shutdown && !held.Contains(entry.Key));
        return delta with
        {
            Set = delta.Set.SetItems(ended.Select(entry =>
                KeyValuePair.Create(entry.Key, entry.Value with { Desired = DesiredState.Shutdown, Reason = "it has ended" }))),
        };
    }

    /// <summary>The operator says something else of the node. Labels its agent hears with the next version of the assignments.</summary>
    public static NodeState Update(NodeState state, NodeSpec spec)
    {
        if (ContentComparison.AreEqual(state.Spec, spec)) return state;
        var areLabelsSame = ContentComparison.AreEqual(state.Spec.Labels, spec.Labels);
        return state with
        {
            Spec = spec,
            SpecVersion = state.SpecVersion + 1,
            Assignments = areLabelsSame ? state.Assignments : state.Assignments with { Version = state.Assignments.Version + 1 },
        };
    }

    /// <summary>The images that are there; the order does not matter.</summary>
    public static NodeState HasImages(NodeState state, ImmutableArray<string> images) => state with { Images = Images(state.Images, images) } is var next
        && next.Images == state.Images ? state : next;

    /// <summary>Takes the node out of the cluster, with all that it was meant to have.</summary>
    public static NodeState Remove(NodeState state) => state with
    {
        IsRemoved = true,
        Reservations = [],
        Images = [],
        Assignments = AssignmentSet<AssignedTask>.Empty with { Version = state.Assignments.Version + 1 },
    };

    // The same object if it says the same, so that nothing is written for it.
    private static ImmutableArray<string> Images(ImmutableArray<string> known, ImmutableArray<string> told)
    {
        ImmutableArray<string> sorted = [.. told.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return known.SequenceEqual(sorted, StringComparer.Ordinal) ? known : sorted;
    }
}
