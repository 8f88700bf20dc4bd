using System.Collections.Immutable;
using System.Globalization;
using Warren.Grains.Rollout;
using Warren.Nodes;
using Warren.Scheduling;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>
/// The working copy of one decision about a service: each decision is applied to it at once, so that the next one sees it.
/// </summary>
internal sealed class ServiceDraft
{
    private readonly Dictionary<TaskSlot, List<TaskRecord>> _bySlot = [];
    private readonly SortedDictionary<TaskId, TaskDecision> _decisions = [];
    private readonly List<TaskRecord> _created = [];
    private readonly List<string> _waits = [];
    private readonly ImmutableSortedDictionary<TaskId, TaskRecord>.Builder _tasks;
    private readonly Dictionary<long, PlacementRequirements> _requirements = [];
    private int _nextGeneration;
    private DateTimeOffset? _wakeAt;
    private bool _isChange;

    public ServiceDraft(ServiceSnapshot snapshot)
    {
        Snapshot = snapshot;
        _tasks = snapshot.State.Tasks.ToBuilder();
        _nextGeneration = snapshot.State.NextGeneration;
        Slots = snapshot.State.Slots.ToBuilder();

        // In the order of their ids, which within a slot is that of their generations.
        foreach (var task in snapshot.State.Tasks.Values) InSlot(task.Id.Slot).Add(task);
    }

    public ServiceSnapshot Snapshot { get; }

    public DateTimeOffset Now => Snapshot.Now;

    public ServiceRevision Current => Snapshot.State.Current;

    public ServiceSpec Spec => Current.Spec;

    public ImmutableSortedDictionary<TaskSlot, SlotState>.Builder Slots { get; }

    /// <summary>The slots in which there are tasks.</summary>
    public IEnumerable<TaskSlot> UsedSlots => _bySlot.Keys;

    /// <summary>The tasks of a slot, oldest first.</summary>
    public IReadOnlyList<TaskRecord> TasksIn(TaskSlot slot) => _bySlot.TryGetValue(slot, out var tasks) ? tasks : [];

    /// <summary>All tasks, the created ones too.</summary>
    public IEnumerable<TaskRecord> Tasks => _tasks.Values;

    public bool IsDecided(TaskRecord task) => _decisions.ContainsKey(task.Id);

    public NodeRecord? NodeOf(TaskRecord task) => task.Node is { } node ? Snapshot.Nodes.GetValueOrDefault(node) : null;

    /// <summary>Why nothing will be heard of a task any more; null if it will.</summary>
    public string? WhyLost(TaskRecord task)
    {
        if (task.Node is not { } id || !task.Observed.State.IsOnNode) return null;
        if (Snapshot.RemovedNodes.Contains(id)) return $"{id} was removed from the cluster";
        return NodeOf(task) is { Status.Condition: NodeCondition.Lost } node ? $"{node.Description.Name} is lost" : null;
    }

    /// <summary>The volume that keeps a task on its node, if one does.</summary>
    public string? VolumeThatBinds(TaskRecord task)
    {
        if (task.Node is not { } node) return null;
        foreach (var volume in RequirementsOf(task).Volumes)
        {
            if (Snapshot.VolumeNodes.TryGetValue(volume, out var keeper) && keeper == node) return volume.Value;
        }

        return null;
    }

    public PlacementRequirements RequirementsOf(TaskRecord task)
    {
        if (_requirements.TryGetValue(task.SpecVersion, out var known)) return known;
        return _requirements[task.SpecVersion] = PlacementRequirements.Of(Snapshot.State.RevisionOf(task));
    }

    /// <summary>How long a task of the service leaves its traffic.</summary>
    public TimeSpan TrafficGrace =>
        Spec.TrafficGrace ?? (Spec.Container.Ports.IsEmpty ? TimeSpan.Zero : Snapshot.Options.TrafficGrace);

    /// <summary>A change other than of tasks must be stored.</summary>
    public void MarkChanged() => _isChange = true;

    public void WakeAt(DateTimeOffset time)
    {
        if (time > Now && (_wakeAt is null || time < _wakeAt)) _wakeAt = time;
    }

    public void SayWait(string reason) => _waits.Add(reason);

    public void SetSlot(TaskSlot slot, SlotState state)
    {
        Slots[slot] = state;
        _isChange = true;
    }

    public void DropSlot(TaskSlot slot) => _isChange |= Slots.Remove(slot);

    /// <summary>Makes a task; it may be placed at once unless it must wait for a time or for the end of others in its slot.</summary>
    public TaskRecord Create(TaskSlot slot, long version, DateTimeOffset? notBefore, string reason)
    {
        var isDelayed = notBefore > Now;
        var isBlocked = TasksIn(slot).Any(task => task.IsEnding());
        var task = new TaskRecord
        {
            Id = new(Snapshot.State.Name, slot, _nextGeneration++),
            SpecVersion = version,
            CreatedAt = Now,
            DesiredAt = Now,
            DesiredReason = reason,
            NotBefore = isDelayed ? notBefore : null,
            Observed = isDelayed || isBlocked
                ? new() { State = TaskState.New, At = Now, Reason = WaitReason(slot, isDelayed ? notBefore : null) }
                : new() { State = TaskState.Pending, At = Now, Reason = "waits for a node" },
        };
        _created.Add(task);
        _tasks[task.Id] = task;
        InSlot(slot).Add(task);
        if (isDelayed) WakeAt(notBefore!.Value);
        _isChange = true;
        return task;
    }

    public void Keep(TaskRecord task, string reason) => Decide(task, TaskAction.Keep, reason, null);

    public void Wait(TaskRecord task, string reason, DateTimeOffset? until = null)
    {
        if (until is { } time) WakeAt(time);
        Decide(task, TaskAction.Wait, reason, null);
    }

    public void Release(TaskRecord task, string reason) => Decide(task, TaskAction.Release, reason, task with
    {
        Observed = new() { State = TaskState.Pending, At = Now, Reason = "waits for a node" },
    });

    /// <summary>Ends a task: at once, or after its traffic has gone elsewhere.</summary>
    /// <remarks><paramref name="gracefully"/>: false: nothing takes its traffic over, so there is nothing to wait for.</remarks>
    public void Stop(TaskRecord task, string reason, bool gracefully = true)
    {
        if (task.Observed.State < TaskState.Assigned)
        {
            Withdraw(task, DesiredState.Shutdown, reason);
        }
        else if (WhyLost(task) is { } lost)
        {
            Orphan(WithDesired(task, DesiredState.Shutdown, reason), lost);
        }
        else if (gracefully && task.Desired == DesiredState.Running && task.Observed.IsReady() && TrafficGrace > TimeSpan.Zero)
        {
            WakeAt(Now + TrafficGrace);
            Decide(task, TaskAction.Leave, reason, WithDesired(task, DesiredState.Leaving, reason));
        }
        else
        {
            Decide(task, TaskAction.Stop, reason, WithDesired(task, DesiredState.Shutdown, reason));
        }
    }

    public void Orphan(TaskRecord task, string reason) => Decide(task, TaskAction.Orphan, reason, task with
    {
        Observed = task.Observed with { State = TaskState.Orphaned, At = Now, Reason = reason },
    });

    public void Remove(TaskRecord task, string reason)
    {
        if (task.Observed.State < TaskState.Assigned) Withdraw(task, DesiredState.Removed, reason);
        else Decide(task, TaskAction.Remove, reason, WithDesired(task, DesiredState.Removed, reason));
    }

    public void Forget(TaskRecord task, string reason)
    {
        Decide(task, TaskAction.Forget, reason, null);
        _tasks.Remove(task.Id);
        InSlot(task.Id.Slot).RemoveAll(other => other.Id == task.Id);
        _isChange = true;
    }

    public ServicePlan Finish(RolloutState? rollout, Func<ServiceState, ServiceState>? complete = null)
    {
        var before = Snapshot.State;
        _isChange |= rollout != before.Rollout;
        var next = before with
        {
            NextGeneration = _nextGeneration,
            Slots = Slots.ToImmutable(),
            Tasks = _tasks.ToImmutable(),
            Rollout = rollout,
        };
        next = next with { Revisions = Revisions.StillNeeded(next) };
        if (complete is not null) next = complete(next);
        return new()
        {
            Decisions = [.. _decisions.Values],
            Create = [.. _created],
            Next = _isChange ? next : before,
            WakeAt = _wakeAt,
            Waits = [.. _waits],
            IsChange = _isChange,
        };
    }

    private static string At(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private string WaitReason(TaskSlot slot, DateTimeOffset? notBefore) => notBefore is { } time
        ? $"restart delay, next try at {At(time)}"
        : $"waits for the end of {TasksIn(slot).First(task => task.IsEnding()).Id}";

    // The scheduler may have placed a pending task by now, so its grain has to confirm that it was not. Of a new one nobody else knows.
    private void Withdraw(TaskRecord task, DesiredState desired, string reason)
    {
        var changed = WithDesired(task, desired, reason);
        Decide(task, TaskAction.Withdraw, reason, task.Observed.State != TaskState.New ? changed : changed with
        {
            Observed = task.Observed with { State = TaskState.Shutdown, At = Now, Reason = reason },
        });
    }

    private TaskRecord WithDesired(TaskRecord task, DesiredState desired, string reason) =>
        task with { Desired = desired, DesiredAt = Now, DesiredReason = reason };

    // A task that this very decision made has no bucket: it was not there.
    private void Decide(TaskRecord task, TaskAction action, string reason, TaskRecord? changed)
    {
        if (Snapshot.State.Tasks.ContainsKey(task.Id)) _decisions[task.Id] = new(task.Id, action, reason);
        if (changed is null) return;
        _tasks[task.Id] = changed;
        var inSlot = InSlot(task.Id.Slot);
        inSlot[inSlot.FindIndex(other => other.Id == task.Id)] = changed;
        _isChange = true;
    }

    private List<TaskRecord> InSlot(TaskSlot slot)
    {
        if (_bySlot.TryGetValue(slot, out var tasks)) return tasks;
        return _bySlot[slot] = [];
    }
}
