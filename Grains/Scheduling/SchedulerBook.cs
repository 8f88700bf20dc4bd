using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Warren.Nodes;
using Warren.Scheduling;
using Warren.Tasks;
using Warren.Volumes;

namespace Warren.Grains.Scheduling;

/// <summary>
/// What the scheduler knows and has sent, in memory: tasks that wait, nodes, volumes, and placements that are not answered. No I/O; times are of a
/// clock that only goes forward.
/// </summary>
internal sealed class SchedulerBook
{
    /// <summary>So many placements in one call: a node writes once for all of them, and answers before anyone loses patience.</summary>
    private const int MaxBatch = 256;

    /// <summary>Waits before a node that did not answer, and half of it before a task that was refused; doubling.</summary>
    private static readonly TimeSpan s_firstWait = TimeSpan.FromMilliseconds(100), s_longestWait = TimeSpan.FromSeconds(5);

    private readonly Dictionary<TaskId, PendingTask> _pending = [];
    private readonly Dictionary<NodeId, NodeRecord> _nodes = [];
    private readonly Dictionary<NodeId, long> _removed = [];
    private readonly Dictionary<VolumeName, VolumeRecord> _volumes = [];
    private readonly Dictionary<TaskId, InFlightPlacement> _inFlight = [];
    private readonly Dictionary<NodeId, List<Placement>> _queues = [];
    private readonly HashSet<NodeId> _busy = [];
    private readonly Dictionary<NodeId, Held> _silent = [];
    private readonly Dictionary<TaskId, Held> _refused = [];
    private readonly Dictionary<TaskId, string> _reasons = [];

    /// <summary>How many tasks want a node.</summary>
    public int Pending => _pending.Count;

    /// <summary>Nodes with placements that can be sent.</summary>
    public IReadOnlyCollection<NodeId> Ready => [.. _queues.Keys.Where(node => !_busy.Contains(node))];

    /// <summary>Takes tasks that want a node; those that are known change nothing.</summary>
    public void Enqueue(IEnumerable<PendingTask> tasks)
    {
        foreach (var task in tasks) _pending.TryAdd(task.Id, task);
    }

    /// <summary>Forgets tasks. A placement that was sent is answered all the same.</summary>
    public void Withdraw(TaskId task)
    {
        _pending.Remove(task);
        _refused.Remove(task);
        _reasons.Remove(task);
    }

    /// <summary>Takes what is known of a node, unless it is older than what was known.</summary>
    public void Learn(NodeId id, NodeRecord? node, long version)
    {
        if (_removed.ContainsKey(id) || (_nodes.TryGetValue(id, out var known) && known.Version > version)) return;
        _silent.Remove(id);
        if (node is not null)
        {
            _nodes[id] = node;
            return;
        }

        _nodes.Remove(id);
        _removed[id] = version;
    }

    /// <summary>Takes what is known of a volume; null: it is gone.</summary>
    public void Learn(VolumeName name, VolumeRecord? volume)
    {
        if (volume is null) _volumes.Remove(name);
        else _volumes[name] = volume;
    }

    /// <summary>Takes what was read of a volume, unless something newer was heard.</summary>
    public void LearnIfNew(VolumeRecord volume) => _volumes.TryAdd(volume.Name, volume);

    /// <summary>Everything as it is, without tasks.</summary>
    public SchedulingSnapshot Snapshot(TimeSpan now) => new()
    {
        Nodes =
        [
            .. _nodes.Values.Select(node => IsSilent(node, now)
                ? node with { Status = node.Status with { Condition = NodeCondition.Unreachable } }
                : node),
        ],
        Pending = [],
        InFlight = [.. _inFlight.Values],
        Volumes = [.. _volumes.Values],
    };

    /// <summary>How many nodes have not answered lately although they are ready: they are left out for a while.</summary>
    public int Silent(TimeSpan now) => _nodes.Values.Count(node => IsSilent(node, now));

    /// <summary>Where tasks would be placed, beside those that wait, if others had ended. Nothing is placed.</summary>
    public ImmutableArray<PlacementForecast> Forecast(ImmutableArray<PendingTask> tasks, IReadOnlySet<TaskId> ending, TimeSpan now)
    {
        var snapshot = Snapshot(now);
        var waiting = _pending.Values.Where(task => !_inFlight.ContainsKey(task.Id) && !ending.Contains(task.Id));
        var plan = Scheduler.Compute(snapshot with
        {
            Nodes = [.. snapshot.Nodes.Select(node => node with { Reservations = node.Reservations.RemoveAll(held => ending.Contains(held.Task)) })],
            InFlight = snapshot.InFlight.RemoveAll(sent => ending.Contains(sent.Reservation.Task)),
            Pending = [.. waiting, .. tasks],
        });
        var wanted = tasks.Select(task => task.Id).ToHashSet();
        return
        [
            .. plan.Place.Where(placement => wanted.Contains(placement.Task.Id)).Select(placement => new PlacementForecast(placement.Task.Id, placement.Node, placement.Reason)),
            .. plan.Wait.Where(left => wanted.Contains(left.Task.Id)).Select(left => new PlacementForecast(left.Task.Id, null, left.Reason)),
        ];
    }

    /// <summary>Places what can be placed and puts it in line for its nodes.</summary>
    /// <returns>
    /// Tasks that wait and whose reason is another than before; how many were placed; how many wait; when something that was held back may be tried again, null:
    /// nothing is.
    /// </returns>
    public (ImmutableArray<BlockedTask> Explain, int Placed, int Waiting, TimeSpan? Due) Place(TimeSpan now)
    {
        ImmutableArray<PendingTask> wanted = [.. _pending.Values.Where(task => !_inFlight.ContainsKey(task.Id) && !IsHeld(_refused, task.Id, now))];
        if (wanted.IsEmpty) return ([], 0, 0, NextDue(now));
        var plan = Scheduler.Compute(Snapshot(now) with { Pending = wanted });
        foreach (var placement in plan.Place)
        {
            _inFlight[placement.Task.Id] = new(placement.Node, placement.ToReservation());
            ref var queue = ref CollectionsMarshal.GetValueRefOrAddDefault(_queues, placement.Node, out _);
            (queue ??= []).Add(placement);
        }

        // Tasks of one kind share their refusals, so that their text is made once.
        var texts = new Dictionary<RefusalSummary, string>();
        var explain = ImmutableArray.CreateBuilder<BlockedTask>();
        foreach (var waiting in plan.Wait)
        {
            if (!texts.TryGetValue(waiting.Refusals, out var text)) texts.Add(waiting.Refusals, text = waiting.Reason);
            if (Explain(waiting.Task.Id, text)) explain.Add(new(waiting.Task.Id, text));
        }

        return (explain.DrainToImmutable(), plan.Place.Length, plan.Wait.Length, NextDue(now));
    }

    /// <summary>The next placements for a node, in one call; null if there are none, or a call is under way.</summary>
    public ImmutableArray<Placement>? TakeBatch(NodeId node)
    {
        if (_busy.Contains(node) || !_queues.Remove(node, out var queue)) return null;

        // What was withdrawn meanwhile is not sent.
        foreach (var gone in queue.Where(placement => !_pending.ContainsKey(placement.Task.Id))) _inFlight.Remove(gone.Task.Id);
        ImmutableArray<Placement> left = [.. queue.Where(placement => _pending.ContainsKey(placement.Task.Id))];
        if (left.IsEmpty) return null;
        if (left.Length > MaxBatch) _queues[node] = [.. left[MaxBatch..]];
        _busy.Add(node);
        return left.Length > MaxBatch ? left[..MaxBatch] : left;
    }

    /// <summary>A node has answered, perhaps late.</summary>
    /// <returns>Reasons to be told of tasks that were refused again and again, and the services whose tasks are not known to their grains.</returns>
    public (ImmutableArray<BlockedTask> Explain, ImmutableArray<TaskId> Unknown) Answered(NodeId node, AdmissionReply reply, TimeSpan now)
    {
        _busy.Remove(node);
        if (reply.Node is { } record) Learn(node, record, record.Version);
        else _nodes.Remove(node);
        var explain = ImmutableArray.CreateBuilder<BlockedTask>();
        var unknown = ImmutableArray.CreateBuilder<TaskId>();
        foreach (var answer in reply.Answers)
        {
            // A late answer must not end a placement elsewhere.
            if (_inFlight.TryGetValue(answer.Task, out var sent) && sent.Node == node) _inFlight.Remove(answer.Task);
            if (answer.Result is AdmissionResult.Admitted or AdmissionResult.NotWanted)
            {
                Withdraw(answer.Task);
                continue;
            }

            // The first time the node was only known badly; now it is known well, and another refusal has a reason that cannot be seen from here.
            var times = Hold(_refused, answer.Task, now, s_firstWait / 2);
            if (answer.Result == AdmissionResult.Unknown) unknown.Add(answer.Task);
            else if (times > 1 && _pending.ContainsKey(answer.Task) && Explain(answer.Task, answer.Reason)) explain.Add(new(answer.Task, answer.Reason));
        }

        return (explain.DrainToImmutable(), unknown.DrainToImmutable());
    }

    /// <summary>A node has not answered: what was sent to it may have been admitted, which its task will say to whoever admits it next.</summary>
    public void Failed(NodeId node, TimeSpan now)
    {
        _busy.Remove(node);
        _queues.Remove(node);
        foreach (var task in _inFlight.Where(sent => sent.Value.Node == node).Select(sent => sent.Key).ToArray()) _inFlight.Remove(task);
        Hold(_silent, node, now, s_firstWait);
    }

    private TimeSpan? NextDue(TimeSpan now)
    {
        if (_pending.Count == 0) return null;
        TimeSpan? due = null;
        foreach (var held in _silent.Values.Concat(_refused.Values))
        {
            if (held.Until > now && (due is null || held.Until < due)) due = held.Until;
        }

        return due;
    }

    private bool IsSilent(NodeRecord node, TimeSpan now) => IsHeld(_silent, node.Id, now) && node.Status.Condition == NodeCondition.Ready;

    private static bool IsHeld<T>(Dictionary<T, Held> all, T key, TimeSpan now)
        where T : notnull => all.TryGetValue(key, out var held) && held.Until > now;

    /// <returns>How often it was held back, with this.</returns>
    private static int Hold<T>(Dictionary<T, Held> all, T key, TimeSpan now, TimeSpan first)
        where T : notnull
    {
        var times = all.GetValueOrDefault(key).Times + 1;
        var wait = first * Math.Pow(2, Math.Min(times - 1, 20));
        all[key] = new(times, now + (wait < s_longestWait ? wait : s_longestWait));
        return times;
    }

    private bool Explain(TaskId task, string reason)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_reasons, task, out _);
        if (known == reason) return false;
        known = reason;
        return true;
    }

    /// <summary>What is not tried again before a time.</summary>
    private readonly record struct Held(int Times, TimeSpan Until);
}
