using Warren.Nodes;
using Warren.Scheduling;
using Warren.Services;
using Warren.Silo.Api.Mapping;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Planning;

/// <summary>What would become of tasks, to the API.</summary>
internal static class TaskForecastMap
{
    /// <summary>Writes all of it.</summary>
    /// <param name="from">What would become of a slot.</param>
    /// <param name="placement">Where the task that would be made would go; null if none would.</param>
    /// <param name="nameOf">The name of a node.</param>
    public static Proto.TaskForecast Write(TaskForecast from, PlacementForecast? placement, Func<NodeId, string> nameOf)
    {
        var to = new Proto.TaskForecast
        {
            Fate = EnumMap.To<TaskFate, Proto.TaskFate>(from.Fate),
            Slot = from.Slot.ToString(),
            Reason = placement is { Node: null } ? Join(from.Reason, placement.Reason) : from.Reason,
        };
        if (from.Task is { } task) to.Task = task.ToString();
        if (from.Node is { } node) to.NodeName = nameOf(node);
        if (placement?.Node is { } place) to.PlacedOn = nameOf(place);
        return to;
    }

    private static string Join(string first, string second) => first.Length == 0 ? second : $"{first}; {second}";
}
