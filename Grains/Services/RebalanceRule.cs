using System.Collections.Immutable;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>When tasks of a service are moved to spread it, and which.</summary>
internal static class RebalanceRule
{
    /// <summary>Whether each slot has one task, which is ready: then no move is under way, and none would take a serving task from many.</summary>
    public static bool IsCalm(ServiceState state) =>
        state.Tasks.Values.All(task => task.Observed.State.IsFinal || (task.IsLive() && task.Observed.IsReady()))
        && state.Slots.Values.All(slot => slot.Evicted is null)
        && Movable(state).Length == state.Slots.Count;

    /// <summary>Tasks that may be moved.</summary>
    public static ImmutableArray<TaskRecord> Movable(ServiceState state) => [.. state.Tasks.Values.Where(task => task.IsLive() && task.Observed.IsReady())];
}
