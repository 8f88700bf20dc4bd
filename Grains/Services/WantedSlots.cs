using System.Globalization;
using Warren.Grains.Scheduling;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>Which slots a service that runs for good has, and why one goes.</summary>
internal static class WantedSlots
{
    /// <summary>
    /// Adds the slots that are missing and drops those that are too many; the tasks of a dropped slot are told by the caller.
    /// </summary>
    /// <remarks><paramref name="version"/>: the version that new slots begin with.</remarks>
    /// <returns>The dropped slots with the reason.</returns>
    public static IReadOnlyDictionary<TaskSlot, string> Adjust(ServiceDraft draft, long version)
    {
        var isGlobal = draft.Spec.Mode == ServiceMode.Global;
        var dropped = new Dictionary<TaskSlot, string>();
        foreach (var slot in draft.Slots.Keys.Where(slot => isGlobal != slot.Node is not null).ToArray())
        {
            draft.DropSlot(slot);
            dropped.Add(slot, "the service has another mode");
        }

        if (isGlobal) FollowNodes(draft, version, dropped);
        else Scale(draft, version, draft.Spec.Replicas ?? 1, dropped);
        return dropped;
    }

    private static void Scale(ServiceDraft draft, long version, int replicas, Dictionary<TaskSlot, string> dropped)
    {
        for (var number = 1; draft.Slots.Count < replicas; number++)
        {
            var slot = TaskSlot.Replica(number);
            if (!draft.Slots.ContainsKey(slot)) draft.SetSlot(slot, new() { Version = version });
        }

        if (draft.Slots.Count <= replicas) return;
        var reason = string.Create(CultureInfo.InvariantCulture, $"scaled down from {draft.Slots.Count} to {replicas}");
        var choice = new ScaleDownOrder(draft);
        while (draft.Slots.Count > replicas)
        {
            var slot = choice.Next();
            draft.DropSlot(slot);
            dropped.Add(slot, reason);
        }
    }

    private static void FollowNodes(ServiceDraft draft, long version, Dictionary<TaskSlot, string> dropped)
    {
        foreach (var slot in draft.Slots.Keys.ToArray())
        {
            var id = slot.Node!.Value;
            var reason = draft.Snapshot.RemovedNodes.Contains(id) ? $"{id} was removed from the cluster"
                : draft.Snapshot.Nodes.TryGetValue(id, out var node) ? WhyNotOn(node, draft.Current)
                : null;
            if (reason is null) continue;
            draft.DropSlot(slot);
            dropped.Add(slot, reason);
        }

        foreach (var node in draft.Snapshot.Nodes.Values)
        {
            var takesNew = node.Status.Condition == NodeCondition.Ready && node.Spec.Availability == NodeAvailability.Active;
            var slot = TaskSlot.OnNode(node.Id);
            if (takesNew && !draft.Slots.ContainsKey(slot) && !dropped.ContainsKey(slot) && WhyNotOn(node, draft.Current) is null)
                draft.SetSlot(slot, new() { Version = version });
        }

        if (draft.Slots.Count == 0) SayIfImageFitsNowhere(draft);
    }

    // A global service has no task that waits and could say it.
    private static void SayIfImageFitsNowhere(ServiceDraft draft)
    {
        if (draft.Current.Image is not { Platforms.IsEmpty: false } image) return;
        var refusals = draft.Snapshot.Nodes.Values.Select(node => node.Description.Platform).Where(platform => !image.Platforms.Any(platform.Runs))
            .Select(platform => new Refusal(RefusalKind.Platform, RefusalText.Platforms(platform, image.Platforms))).ToArray();
        if (refusals.Length > 0) draft.SayWait(RefusalSummary.Of(refusals).ToString());
    }

    private static string? WhyNotOn(NodeRecord node, ServiceRevision revision)
    {
        if (node.Spec.Availability == NodeAvailability.Drained) return $"{node.Description.Name} is drained";
        if (NodeFit.UnmetConstraint(node, revision.Spec.Placement) is { } constraint)
            return $"{node.Description.Name} does not meet {constraint}";
        return revision.Image is { Platforms.IsEmpty: false } image && !image.Platforms.Any(node.Description.Platform.Runs)
            ? $"there is no image for {node.Description.Platform} of {node.Description.Name}"
            : null;
    }
}
