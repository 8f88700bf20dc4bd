using System.Collections.Immutable;
using System.Globalization;
using Warren.Grains.Services;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Rollout;

/// <summary>
/// Brings the slots of a service to the current version: which slots may change now, which have changed, and when to stop doing so. It
/// never acts on tasks; <see cref="SlotReconciler"/> does, for the slots that are open. The picture is in docs/rollout.md.
/// </summary>
internal static class RolloutMachine
{
    /// <summary>
    /// The version that a slot made now begins with: the current one, but the one before while a rollout to the current one is paused,
    /// since
    /// the current one may be what is wrong.
    /// </summary>
    public static long VersionOfNewSlots(ServiceState state)
    {
        var current = state.Current.TaskVersion;
        return state.Rollout is { Phase: RolloutPhase.Paused } rollout && rollout.Target == current
            && state.Revisions.Any(revision => revision.TaskVersion == rollout.From) ? rollout.From : current;
    }

    /// <summary>Stops a rollout where it is.</summary>
    public static RolloutState? Pause(RolloutState? state, string reason, DateTimeOffset now) =>
        state is { Phase: RolloutPhase.Rolling } ? state with { Phase = RolloutPhase.Paused, Since = now, Reason = reason } : state;

    /// <summary>Lets a paused rollout go on; the slots that failed are tried again.</summary>
    public static RolloutState? Resume(RolloutState? state, string reason, DateTimeOffset now) =>
        state is { Phase: RolloutPhase.Paused } ? state with { Phase = RolloutPhase.Rolling, Since = now, Reason = reason } : state;

    /// <summary>Takes the next step.</summary>
    public static RolloutStep Step(RolloutState? state, RolloutInput input)
    {
        var begun = Begin(state, input);
        return begun is null or { Phase: RolloutPhase.Completed } ? new(begun) : new Advance(begun, input).Run();
    }

    private static RolloutState? Begin(RolloutState? state, RolloutInput input)
    {
        var target = input.Current.TaskVersion;
        var isOutdated = input.Slots.Any(slot => slot.Version < target && slot.GivenUp is null && !slot.IsOutOfReach);
        if (state is not null && state.Target == target)
        {
            // Slots that could not be reached before can be now.
            return state.Phase == RolloutPhase.Completed && isOutdated
                ? state with { Phase = RolloutPhase.Rolling, Since = input.Now, Reason = "slots of an older version are back", BatchDoneAt = null }
                : state;
        }

        var isUnderWay = state is { Phase: not RolloutPhase.Completed };
        if (!isOutdated && !isUnderWay) return state;

        // Slots in the middle of a change stay in the batch, so that it never grows; one that still serves as before is begun like any
        // other.
        var inChange = input.Slots.Where(slot => !slot.IsReady || (slot.IsMoving && !slot.IsStopFirst)).Select(slot => slot.Slot).ToHashSet();
        var open = (isUnderWay ? state!.Open : ImmutableSortedDictionary<TaskSlot, OpenSlot>.Empty).Where(slot => inChange.Contains(slot.Key));
        return new()
        {
            Target = target,
            From = input.Before,
            Phase = RolloutPhase.Rolling,
            Since = input.Now,
            StartedAt = input.Now,
            Reason = string.Create(CultureInfo.InvariantCulture, $"version {input.Current.Version} of the spec"),
            Open = open.ToImmutableSortedDictionary(slot => slot.Key, _ => new OpenSlot { OpenedAt = input.Now }),
        };
    }

    /// <summary>One step of a rollout that is under way.</summary>
    private sealed class Advance(RolloutState before, RolloutInput input)
    {
        private readonly RolloutState _before = before;
        private readonly ImmutableSortedDictionary<TaskSlot, OpenSlot>.Builder _open = before.Open.ToBuilder();
        private readonly List<TaskSlot> _updated = [];
        private readonly List<(TaskRecord, string)> _timedOut = [];
        private readonly List<string> _waits = [];
        private RolloutState _state = before;
        private DateTimeOffset? _wakeAt;

        private UpdateSpec Update => input.Current.Spec.Update;

        private DateTimeOffset Now => input.Now;

        public RolloutStep Run()
        {
            foreach (var gone in _open.Keys.Except(input.Slots.Select(slot => slot.Slot)).ToArray()) _open.Remove(gone);
            IReadOnlyCollection<RolloutSlot> begun = [.. input.Slots.Where(slot => _open.ContainsKey(slot.Slot))];
            do
            {
                // A slot that is begun may have a task of the new version already, from before its node was away.
                var updated = _updated.Count;
                foreach (var slot in begun) Watch(slot, _open[slot.Slot]);
                updated = _updated.Count - updated;
                if (updated > 0) _state = _state with { BatchDoneAt = Now, Updated = _state.Updated + updated };
                begun = _state.Phase == RolloutPhase.Rolling ? OpenMore() : [];
            }
            while (begun.Count > 0);
            Complete();
            var isSame = SameOpen() && _state == _before;
            return new(isSame ? _before : _state with { Open = _open.ToImmutable() })
            {
                Updated = [.. _updated],
                TimedOut = [.. _timedOut],
                WakeAt = _wakeAt,
                Waits = [.. _waits],
            };
        }

        private void Watch(RolloutSlot slot, OpenSlot open)
        {
            var task = slot.Newest;
            if (slot.IsLost)
            {
                // It follows when its node returns, and must not hold up the others until then.
                _open.Remove(slot.Slot);
                return;
            }

            if (task is not null)
            {
                open = Time(slot, task, open);
                if (!slot.IsOutOfReach && WhyFailed(task, open) is { } failure && open.FailedGeneration < task.Id.Generation)
                {
                    open = open with { FailedGeneration = task.Id.Generation };
                    Fail(slot, failure);

                    // The old task is still there and goes on serving; the slot is tried again when the rollout is resumed.
                    if (_state.Phase == RolloutPhase.Paused && slot.HasOthers && !slot.IsStopFirst)
                    {
                        _open.Remove(slot.Slot);
                        return;
                    }
                }
                else if (task.IsLive() && !slot.HasOthers && open.IsProven(task, Update.Monitor, Now))
                {
                    Close(slot.Slot);
                    return;
                }
            }

            if (slot.GivenUp is not null) Close(slot.Slot);
            else _open[slot.Slot] = open;
        }

        private OpenSlot Time(RolloutSlot slot, TaskRecord task, OpenSlot open)
        {
            if (!task.IsLive() || slot.IsOutOfReach) return open with { ReadySince = null };
            if (task.Observed.State < TaskState.Starting) return open;
            if (task.Id.Generation != open.Generation)
                open = open with { Generation = task.Id.Generation, StartedAt = Now, ReadySince = null };

            // A time that is yet to come is from before the clock was put back.
            else if (open.StartedAt is null || open.StartedAt > Now) open = open with { StartedAt = Now };
            if (!task.Observed.IsReady()) open = open with { ReadySince = null };
            else if (open.ReadySince is null || open.ReadySince > Now) open = open with { ReadySince = Now };
            WakeAt(open.ReadySince is { } since ? since + Update.Monitor : open.StartedAt!.Value + Update.ReadyTimeout);
            return open;
        }

        private string? WhyFailed(TaskRecord task, OpenSlot open)
        {
            if (task.EndedByItself()) return $"{task.Id} {task.Ending()}";
            if (!task.IsLive() || open.Generation != task.Id.Generation || open.ReadySince is not null) return null;
            if (open.StartedAt is not { } started || Now - started < Update.ReadyTimeout) return null;
            var reason = string.Create(CultureInfo.InvariantCulture, $"not ready within {Update.ReadyTimeout.TotalSeconds:0.#} s of its start");
            _timedOut.Add((task, reason));
            return $"{task.Id} was {reason}";
        }

        private void Fail(RolloutSlot slot, string failure)
        {
            _state = _state with { Failures = _state.Failures + 1 };
            if (Update.OnFailure == UpdateFailureAction.Pause && _state.Phase == RolloutPhase.Rolling)
                _state = _state with { Phase = RolloutPhase.Paused, Since = Now, Reason = failure };
            else
                _waits.Add($"{slot.Slot}: {failure}");
        }

        private void Close(TaskSlot slot)
        {
            _open.Remove(slot);
            _updated.Add(slot);
        }

        private List<RolloutSlot> OpenMore()
        {
            var begun = new List<RolloutSlot>();
            var waiting = input.Slots.Where(slot => IsOutdated(slot) && !slot.IsOutOfReach && !slot.IsMoving && slot.GivenUp is null).ToArray();
            if (waiting.Length == 0) return begun;
            if (Update.Delay > TimeSpan.Zero && _state.BatchDoneAt is { } done)
            {
                // A batch is done as a whole, and then the delay passes; without a delay the next slot follows each one.
                if (_open.Count > 0) return begun;
                if (done <= Now && Now - done < Update.Delay)
                {
                    WakeAt(done + Update.Delay);
                    return begun;
                }
            }

            var budget = Update.Parallelism - _open.Count;
            var down = input.Slots.Count(slot => !slot.IsReady && slot.GivenUp is null && !_open.ContainsKey(slot.Slot));
            foreach (var slot in waiting.OrderBy(slot => slot.IsReady).ThenBy(slot => slot.Slot))
            {
                if (budget <= 0) break;
                if (slot.IsReady && slot.IsStopFirst && down + _open.Count + 1 > Update.Parallelism)
                {
                    _waits.Add(string.Create(
                        CultureInfo.InvariantCulture, $"{slot.Slot}: {down + _open.Count} of at most {Update.Parallelism} slots are not ready"));
                    break;
                }


                // What failed before is no failure of this attempt.
                _open[slot.Slot] = new() { OpenedAt = Now, FailedGeneration = slot.Newest is { } old && old.EndedByItself() ? old.Id.Generation : 0 };
                begun.Add(slot);
                if (!slot.IsReady) down--;
                budget--;
            }

            return begun;
        }

        private void Complete()
        {
            if (_open.Count > 0 || input.Slots.Any(slot => IsOutdated(slot) && !slot.IsOutOfReach && slot.GivenUp is null)) return;
            var away = input.Slots.Count(slot => IsOutdated(slot) && slot.IsOutOfReach);
            _state = _state with
            {
                Phase = RolloutPhase.Completed,
                Since = Now,
                Reason = away == 0 ? "all slots have the new version"
                    : string.Create(CultureInfo.InvariantCulture, $"{away} slots on unreachable or lost nodes follow when those return"),
            };
        }

        private bool IsOutdated(RolloutSlot slot) =>
            slot.Version < _state.Target && !_open.ContainsKey(slot.Slot) && !_updated.Contains(slot.Slot);

        private bool SameOpen() =>
            _open.Count == _before.Open.Count && _open.All(slot => _before.Open.TryGetValue(slot.Key, out var other) && other == slot.Value);

        private void WakeAt(DateTimeOffset time)
        {
            if (time > Now && (_wakeAt is null || time < _wakeAt)) _wakeAt = time;
        }
    }
}
