using System.Collections.Immutable;
using Warren.Services;

namespace Warren.Grains.Services;

/// <summary>Which versions of a spec are kept.</summary>
internal static class Revisions
{
    /// <summary>The current one, the one before it (to go back to), and those that tasks, slots, runs or the rollout name.</summary>
    public static ImmutableArray<ServiceRevision> StillNeeded(ServiceState state)
    {
        if (state.Revisions.Length <= 2) return state.Revisions;
        var needed = new HashSet<long>(state.Tasks.Values.Select(task => task.SpecVersion));
        foreach (var (own, files) in InPlaceFiles.Versions(state))
        {
            if (needed.Contains(own)) needed.Add(files);
        }

        foreach (var slot in state.Slots.Values) needed.Add(state.LatestOf(slot.Version).Version);
        if (state.Rollout is { } rollout) needed.Add(state.LatestOf(rollout.From).Version);
        foreach (var run in state.Runs?.Active ?? []) needed.Add(run.Version);
        var last = state.Revisions.Length - 1;
        return [.. state.Revisions.Where((revision, i) => i >= last - 1 || needed.Contains(revision.Version))];
    }
}
