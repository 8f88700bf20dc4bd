using System.Collections.Immutable;
using System.Globalization;
using Warren.Events;
using Warren.Grains.Jobs;
using Warren.Grains.Rollout;
using Warren.Grains.Services;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;
using Warren.Volumes;

namespace Warren.Grains.Events;

/// <summary>
/// The events that lie between two states of an object. They follow from the states alone, so that saying them again after a failure
/// gives the same events, which the log then knows. Cursors are the log's to give.
/// </summary>
internal static class EventsOf
{
    /// <summary>
    /// What happened to a task; <paramref name="before"/> is null for a new one, <paramref name="after"/> for one that is gone.
    /// </summary>
    public static ImmutableArray<ClusterEvent> Task(TaskRecord? before, TaskRecord? after, DateTimeOffset now)
    {
        if ((after ?? before) is not { } task) return [];
        var any = Event(SubjectKind.Task, task.Id.ToString(), now) with { Service = task.Id.Service, Node = task.Node };
        if (before is null) return [any with { At = task.CreatedAt, To = Seen(task), Reason = task.DesiredReason }];
        if (after is null) return [any with { Kind = EventKind.Removed, From = Seen(before), Reason = before.DesiredReason }];
        var events = ImmutableArray.CreateBuilder<ClusterEvent>();
        if (before.Desired != after.Desired)
        {
            events.Add(any with
            {
                At = after.DesiredAt,
                Kind = EventKind.DesiredChanged,
                From = $"{before.Desired}",
                To = $"{after.Desired}",
                Reason = after.DesiredReason,
            });
        }

        var (from, to) = (Seen(before), Seen(after));
        if (from != to || after.Observed.LocalRestarts > before.Observed.LocalRestarts)
            events.Add(any with { Kind = EventKind.ObservedChanged, From = from, To = to, Reason = Why(after) });
        return events.DrainToImmutable();
    }

    /// <summary>
    /// What happened to a node; <paramref name="before"/> is null for a new one, <paramref name="after"/> for one that was removed.
    /// </summary>
    public static ImmutableArray<ClusterEvent> Node(NodeRecord? before, NodeRecord? after, DateTimeOffset now)
    {
        if ((after ?? before) is not { } node) return [];
        var any = Event(SubjectKind.Node, node.Id.ToString(), now) with { Node = node.Id };
        if (before is null) return [any with { To = $"{node.Status.Condition}", Reason = $"{node.Description.Name} joined" }];
        if (after is null) return [any with { Kind = EventKind.Removed, From = $"{before.Status.Condition}", Reason = "removed from the cluster" }];
        var events = ImmutableArray.CreateBuilder<ClusterEvent>();
        if (before.Spec.Availability != after.Spec.Availability)
        {
            events.Add(any with
            {
                Kind = EventKind.DesiredChanged,
                From = $"{before.Spec.Availability}",
                To = $"{after.Spec.Availability}",
                Reason = "set by the operator",
            });
        }

        if (before.Status.Condition != after.Status.Condition)
        {
            events.Add(any with
            {
                At = after.Status.Since,
                Kind = EventKind.ObservedChanged,
                From = $"{before.Status.Condition}",
                To = $"{after.Status.Condition}",
                Reason = after.Status.Reason,
            });
        }

        return events.DrainToImmutable();
    }

    /// <summary>
    /// What happened to a volume; <paramref name="before"/> is null for a new one, <paramref name="after"/> for one that was removed.
    /// </summary>
    public static ImmutableArray<ClusterEvent> Volume(VolumeRecord? before, VolumeRecord? after, DateTimeOffset now)
    {
        if ((after ?? before) is not { } volume || before?.Node == after?.Node && before is not null && after is not null) return [];
        var any = Event(SubjectKind.Volume, volume.Name.ToString(), now) with { Node = volume.Node };
        if (after is null) return [any with { Kind = EventKind.Removed, Reason = "removed by the operator; its files stay on the node" }];
        return before is null
            ? [any with { To = volume.Node is { } on ? $"on {on}" : "", Reason = volume.Node is null ? "made by the operator" : "a task was the first to name it" }]
            : [any with { Kind = EventKind.ObservedChanged, To = $"on {volume.Node}", Reason = "its first user was placed there" }];
    }

    /// <summary>What happened to a service and its tasks between two of its stored states.</summary>
    public static ImmutableArray<ClusterEvent> Service(ServiceState before, ServiceState after, DateTimeOffset now)
    {
        var any = Event(SubjectKind.Service, after.Name.ToString(), now) with { Service = after.Name };
        var events = ImmutableArray.CreateBuilder<ClusterEvent>();
        if (before.Revisions.IsEmpty && !after.Revisions.IsEmpty)
        {
            events.Add(any with { At = after.Current.At, To = Version(after), Reason = "made by the operator" });
        }
        else if (!before.Revisions.IsEmpty && after.Revisions.IsEmpty)
        {
            events.Add(any with { Kind = EventKind.Removed, From = Version(before), Reason = "nothing of it is left" });
        }
        else if (!after.Revisions.IsEmpty && before.Current.Version != after.Current.Version)
        {
            events.Add(any with
            {
                At = after.Current.At,
                Kind = EventKind.Updated,
                From = Version(before),
                To = Version(after),
                Reason = IsSameSpec(before, after) ? "it was found out what its image means" : "the spec changed",
            });
        }

        events.AddRange(Image(before, after, any));

        if (!before.IsRemoving && after.IsRemoving)
            events.Add(any with { Kind = EventKind.DesiredChanged, To = "Removed", Reason = "removed by the operator" });
        events.AddRange(Rollout(before.Rollout, after.Rollout, any));
        events.AddRange(Runs(before.Runs ?? RunsState.Empty, after.Runs ?? RunsState.Empty, any));
        foreach (var (slot, state) in after.Slots)
        {
            if (state.GivenUp is { } given && before.Slots.GetValueOrDefault(slot)?.GivenUp != given)
                events.Add(any with { Kind = EventKind.Blocked, To = $"slot {slot}", Reason = given.Reason });
        }

        foreach (var id in before.Tasks.Keys.Union(after.Tasks.Keys).Order())
            events.AddRange(Task(before.Tasks.GetValueOrDefault(id), after.Tasks.GetValueOrDefault(id), now));
        return events.DrainToImmutable();
    }

    private static bool IsSameSpec(ServiceState before, ServiceState after) =>
        before.Current.Image is null && after.Current.Image is not null && ServiceSpecChange.Between(before.Current.Spec, after.Current.Spec).IsNone;

    private static IEnumerable<ClusterEvent> Image(ServiceState before, ServiceState after, ClusterEvent any)
    {
        if (after.Revisions.IsEmpty) yield break;
        var (known, now) = (before.Revisions.IsEmpty ? null : before.Current, after.Current);
        if (now.Image is { } image && known?.Image?.Reference != image.Reference)
            yield return any with { Kind = EventKind.Updated, From = now.Spec.Container.Image, To = image.Reference, Reason = "found out by the managers" };
        if (now.ImageProblem is { } problem && known?.ImageProblem != problem)
        {
            yield return any with
            {
                Kind = EventKind.Blocked,
                To = now.Spec.Container.Image,
                Reason = $"image {now.Spec.Container.Image} could not be resolved by the managers: {problem}; each node resolves it by itself",
            };
        }
    }

    private static IEnumerable<ClusterEvent> Rollout(RolloutState? before, RolloutState? after, ClusterEvent any)
    {
        if (after is null) yield break;
        var rollout = any with { Kind = EventKind.Rollout };
        var updated = string.Create(CultureInfo.InvariantCulture, $"{after.Updated} slots have the new version");
        if (before?.Target != after.Target) yield return rollout with { At = after.StartedAt, To = $"{after.Phase}", Reason = after.Reason };
        else if (before.Phase != after.Phase)
            yield return rollout with { At = after.Since, From = $"{before.Phase}", To = $"{after.Phase}", Reason = after.Reason };
        else if (before.Updated != after.Updated) yield return rollout with { To = $"{after.Phase}", Reason = updated };
    }

    private static IEnumerable<ClusterEvent> Runs(RunsState before, RunsState after, ClusterEvent any)
    {
        foreach (var run in after.Active.Where(run => run.Number >= before.NextRun))
            yield return any with { At = run.StartedAt, Kind = EventKind.Run, To = Name(run.Number), Reason = run.Trigger };
        foreach (var run in after.Finished.Where(run => before.Finished.All(other => other.Number != run.Number)))
            yield return any with { At = run.FinishedAt, Kind = EventKind.Run, From = Name(run.Number), To = $"{run.Outcome}", Reason = run.Reason };

        static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"run {number}");
    }

    private static string Version(ServiceState state) => string.Create(CultureInfo.InvariantCulture, $"version {state.Current.Version}");

    private static string Seen(TaskRecord task) =>
        task.Observed.Health == TaskHealth.Unprobed ? $"{task.Observed.State}" : $"{task.Observed.State} {task.Observed.Health}";

    private static string Why(TaskRecord task) => task.Observed switch
    {
        { OutOfMemory: true } => "out of memory",
        { Reason: { Length: > 0 } reason } => reason,
        { ExitCode: { } code } => string.Create(CultureInfo.InvariantCulture, $"exit code {code}"),
        _ => "",
    };

    private static ClusterEvent Event(SubjectKind kind, string id, DateTimeOffset now) =>
        new() { Cursor = 0, At = now, Subject = new(kind, id), Kind = EventKind.Created };
}
