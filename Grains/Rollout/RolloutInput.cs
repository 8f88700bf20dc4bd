using System.Collections.Immutable;
using Warren.Grains.Services;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Rollout;

/// <summary>All that the next step of a rollout looks at.</summary>
internal sealed record RolloutInput
{
    /// <summary>The current version, whose update settings count.</summary>
    public required ServiceRevision Current { get; init; }

    /// <summary>The version before this one that replaced tasks.</summary>
    public required long Before { get; init; }

    /// <summary>The slots that the service shall have, in their order.</summary>
    public required ImmutableArray<RolloutSlot> Slots { get; init; }

    /// <summary>The manager's time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Describes the slots of a decision.</summary>
    public static RolloutInput Of(ServiceDraft draft) => new()
    {
        Current = draft.Current,
        Before = draft.Snapshot.State.Revisions.LastOrDefault(revision => revision.TaskVersion < draft.Current.TaskVersion)?.TaskVersion ?? 0,
        Slots = [.. draft.Slots.Select(slot => Describe(draft, slot.Key, slot.Value))],
        Now = draft.Now,
    };

    private static RolloutSlot Describe(ServiceDraft draft, TaskSlot slot, SlotState state)
    {
        var tasks = draft.TasksIn(slot);
        var live = tasks.Where(task => task.IsLive()).ToArray();
        var newest = tasks.LastOrDefault(task => task.Desired == DesiredState.Running && task.SpecVersion >= draft.Current.TaskVersion);
        return new(slot, state.Version)
        {
            Newest = newest,
            HasOthers = tasks.Any(task => task != newest && !task.Observed.State.IsFinal),
            IsReady = live.Any(task => task.Observed.IsReady() && Condition(draft, slot, task) != NodeCondition.Lost),
            IsOutOfReach = Worst(NodeCondition.Unreachable),
            IsLost = Worst(NodeCondition.Lost),
            IsMoving = live.Length > 1,
            GivenUp = state.GivenUp?.Reason,
            IsStopFirst = Replacement.IsStopFirst(draft.Spec),
        };

        // The newest one is the one that is waited for.
        bool Worst(NodeCondition condition) => (live.Length > 0 && Condition(draft, slot, live[^1]) >= condition)
            || (live.Length == 0 && slot.Node is { } node && draft.Snapshot.Nodes.GetValueOrDefault(node)?.Status.Condition >= condition);
    }

    // A global service's task is meant for a node before it is there.
    private static NodeCondition? Condition(ServiceDraft draft, TaskSlot slot, TaskRecord task) =>
        (task.Node ?? slot.Node) is { } node ? draft.Snapshot.Nodes.GetValueOrDefault(node)?.Status.Condition : null;
}
