using Warren.Nodes;
using Warren.Scheduling;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>
/// Which slot goes next when a service is scaled down: the least healthy; of equals one on the most crowded value of the first spread
/// label, within it of the second, and so on to the node, so that what stays is spread; of equals the one with the newest task.
/// </summary>
internal sealed class ScaleDownOrder
{
    private readonly List<Candidate> _left;
    private readonly Dictionary<string, int> _crowds = [];

    public ScaleDownOrder(ServiceDraft draft)
    {
        var attributes = new List<NodeAttribute>();
        foreach (var text in draft.Spec.Placement.Spread)
        {
            if (NodeAttribute.TryParse(text, out var attribute)) attributes.Add(attribute);
        }

        _left = [.. draft.Slots.Keys.Select(slot => Describe(draft, slot, attributes))];
        foreach (var place in _left.SelectMany(candidate => candidate.Places)) _crowds[place] = _crowds.GetValueOrDefault(place) + 1;
    }

    /// <summary>Takes the slot that goes.</summary>
    public TaskSlot Next()
    {
        var chosen = _left.Aggregate((best, other) => Compare(other, best) > 0 ? other : best);
        _left.Remove(chosen);
        foreach (var place in chosen.Places) _crowds[place]--;
        return chosen.Slot;
    }

    private static Candidate Describe(ServiceDraft draft, TaskSlot slot, List<NodeAttribute> attributes)
    {
        // While one task takes the place of another, the slot is as good as the better of the two.
        var live = draft.TasksIn(slot).Where(task => task.IsLive()).ToArray();
        var best = live.OrderBy(task => Illness(draft, task)).ThenByDescending(task => task.Id.Generation).FirstOrDefault();
        var generation = draft.TasksIn(slot) is [.., var newest] ? newest.Id.Generation : int.MaxValue;
        var node = best is null ? null : draft.NodeOf(best);
        if (best is null || node is null) return new(slot, best is null ? Ills.None : Illness(draft, best), generation, []);
        var places = new List<string>(attributes.Count + 1);
        var path = "";
        foreach (var attribute in attributes)
        {
            path += "/" + (attribute.ValueOn(node.Id, node.Spec, node.Description) ?? "");
            places.Add(path);
        }

        places.Add($"{path}/{node.Id}");
        return new(slot, Illness(draft, best), generation, [.. places]);
    }

    private static Ills Illness(ServiceDraft draft, TaskRecord task)
    {
        if (!task.Observed.State.IsOnNode) return Ills.Unplaced;
        var node = draft.NodeOf(task);
        if (node is { Status.Condition: not NodeCondition.Ready }) return Ills.NodeAway;
        if (!task.Observed.IsReady()) return Ills.NotReady;
        return node is { Spec.Availability: NodeAvailability.Drained } ? Ills.OnDrained : Ills.Ready;
    }

    private int Compare(Candidate left, Candidate right)
    {
        if (left.Illness != right.Illness) return left.Illness.CompareTo(right.Illness);
        for (var i = 0; i < Math.Min(left.Places.Length, right.Places.Length); i++)
        {
            var byCrowd = _crowds[left.Places[i]].CompareTo(_crowds[right.Places[i]]);
            if (byCrowd != 0) return byCrowd;
        }

        var byAge = left.Generation.CompareTo(right.Generation);
        return byAge != 0 ? byAge : left.Slot.CompareTo(right.Slot);
    }

    /// <summary>From good to bad.</summary>
    private enum Ills
    {
        Ready,
        OnDrained,
        NotReady,
        NodeAway,
        Unplaced,
        None,
    }

    private sealed record Candidate(TaskSlot Slot, Ills Illness, int Generation, string[] Places);
}
