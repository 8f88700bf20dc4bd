using System.Collections.Immutable;
using Warren.Content;
using Warren.Grains.Jobs;
using Warren.Grains.Rollout;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>
/// The inputs of a service's stored state. Each may be given twice. After any of them, and whenever nodes, volumes or the time change,
/// <see cref="ServiceReconciler.Compute"/> says what follows.
/// </summary>
internal static class ServiceMachine
{
    /// <summary>Takes another version of the spec; the same content is no other version, and the same image goes on meaning the same.</summary>
    /// <remarks><paramref name="lastVersion"/>: the version that the name had last, also before it was removed; 0: none.</remarks>
    public static ServiceState Accept(ServiceState state, ServiceSpec spec, long lastVersion, DateTimeOffset now)
    {
        if (state.Revisions.IsEmpty)
        {
            return state with
            {
                IsRemoving = false,
                Revisions = [new() { Version = lastVersion + 1, TaskVersion = lastVersion + 1, Spec = spec, At = now }],
            };
        }

        var change = ServiceSpecChange.Between(state.Current.Spec, spec);
        if (change.IsNone) return state;
        var version = Math.Max(lastVersion, state.Current.Version) + 1;
        var hasSameImage = spec.Container.Image == state.Current.Spec.Container.Image;
        return state with
        {
            Revisions = state.Revisions.Add(new()
            {
                Version = version,
                TaskVersion = change.ReplacesTasks ? version : state.Current.TaskVersion,
                Spec = spec,
                Image = hasSameImage ? state.Current.Image : null,
                ImageProblem = hasSameImage ? state.Current.ImageProblem : null,
                At = now,
            }),
        };
    }

    /// <summary>
    /// Takes another version of the same spec, since a secret or config that it names has another content: tasks made from now on get that, those that
    /// are there only if <paramref name="replacesTasks"/>.
    /// </summary>
    public static ServiceState Renew(ServiceState state, bool replacesTasks, long lastVersion, DateTimeOffset now)
    {
        if (state.Revisions.IsEmpty || state.IsRemoving) return state;
        var version = Math.Max(lastVersion, state.Current.Version) + 1;
        return state with
        {
            Revisions = state.Revisions.Add(state.Current with
            {
                Version = version,
                TaskVersion = replacesTasks ? version : state.Current.TaskVersion,
                At = now,
            }),
        };
    }

    /// <summary>
    /// Takes what the grain of a task says about it. What is meant to become of it is not taken, and nothing older than what is known; so
    /// it may come late, twice and out of order.
    /// </summary>
    public static ServiceState Observe(ServiceState state, TaskRecord seen, DateTimeOffset now)
    {
        if (!state.Tasks.TryGetValue(seen.Id, out var known)) return state;
        var (from, to) = (known.Observed.State, seen.Observed.State);
        if (from.IsFinal || to < from || (to == from && seen.LastReport < known.LastReport)) return state;
        if (to == from && known.Node == seen.Node && ContentComparison.AreEqual(known.Observed, seen.Observed)) return state;
        var task = known with { Observed = seen.Observed, Node = seen.Node, LastReport = seen.LastReport };
        var next = state with { Tasks = state.Tasks.SetItem(task.Id, task) };
        return to.IsFinal ? Ended(next, task, now) : next;
    }

    /// <summary>Takes several at once: one step after a burst is enough.</summary>
    public static ServiceState Observe(ServiceState state, IEnumerable<TaskRecord> seen, DateTimeOffset now) =>
        seen.Aggregate(state, (current, task) => Observe(current, task, now));

    /// <summary>The service goes, with all that its tasks left.</summary>
    public static ServiceState Remove(ServiceState state) => state.IsRemoving ? state : state with { IsRemoving = true };

    /// <summary>What stays of a service when nothing is left: that generations and runs go on counting.</summary>
    public static ServiceState Cleared(ServiceState state) => new()
    {
        Name = state.Name,
        NextGeneration = state.NextGeneration,
        Runs = state.Runs is { } runs ? RunsState.Empty with { NextRun = runs.NextRun } : null,
    };

    /// <summary>Moves one task off its node, start-first where it can be; nothing for one that is not running.</summary>
    public static ServiceState Evict(ServiceState state, TaskId task)
    {
        if (!state.Tasks.TryGetValue(task, out var record) || !record.IsLive() || !state.Slots.TryGetValue(task.Slot, out var slot)) return state;
        return state with { Slots = state.Slots.SetItem(task.Slot, slot with { Evicted = task.Generation }) };
    }

    /// <summary>Stops the rollout where it is.</summary>
    public static ServiceState PauseRollout(ServiceState state, string reason, DateTimeOffset now) =>
        state with { Rollout = RolloutMachine.Pause(state.Rollout, reason, now) };

    /// <summary>Lets a paused rollout go on. Slots that had given up are tried again.</summary>
    public static ServiceState ResumeRollout(ServiceState state, string reason, DateTimeOffset now) => state with
    {
        Rollout = RolloutMachine.Resume(state.Rollout, reason, now),
        Slots = state.Slots.ToImmutableSortedDictionary(
            slot => slot.Key, slot => slot.Value.GivenUp is null ? slot.Value : slot.Value with { GivenUp = null, Ends = [] }),
    };

    /// <summary>Asks for a run of a job or cron job.</summary>
    /// <remarks><paramref name="request"/>: names the request, so that asking twice makes one run.</remarks>
    public static ServiceState RequestRun(ServiceState state, string request)
    {
        var runs = state.Runs ?? RunsState.Empty;
        var isKnown = runs.Requested.Contains(request)
            || runs.Active.Any(run => run.Trigger == request) || runs.Finished.Any(run => run.Trigger == request);
        return isKnown ? state : state with { Runs = runs with { Requested = runs.Requested.Add(request) } };
    }

    private static ServiceState Ended(ServiceState state, TaskRecord task, DateTimeOffset now)
    {
        if (state.Revisions.IsEmpty) return state;
        var restart = state.Current.Spec.Restart;
        if (task.Id.Slot.Run > 0)
        {
            var runs = state.Runs ?? RunsState.Empty;
            var at = runs.Active.FindIndex(run => run.Number == task.Id.Slot.Run);
            if (at < 0) return state;
            return state with { Runs = runs with { Active = runs.Active.SetItem(at, JobMachine.Ended(runs.Active[at], task, restart, now)) } };
        }

        if (!task.EndedByItself() || !state.Slots.TryGetValue(task.Id.Slot, out var slot)) return state;
        return state with { Slots = state.Slots.SetItem(task.Id.Slot, slot with { Ends = RestartRule.WithEnd(slot.Ends, restart, now) }) };
    }

    private static int FindIndex(this ImmutableArray<JobRun> runs, Predicate<JobRun> match)
    {
        for (var i = 0; i < runs.Length; i++)
        {
            if (match(runs[i])) return i;
        }

        return -1;
    }
}
