using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Warren.Nodes;

namespace Warren.Grains.Scheduling;

/// <summary>Why none of the nodes can take a task: each node counts once, for the first reason it has.</summary>
internal sealed class RefusalSummary
{
    private readonly ImmutableArray<Entry> _entries;

    private RefusalSummary(ImmutableArray<Entry> entries) => _entries = entries;

    /// <summary>Sums up what the nodes have.</summary>
    public static RefusalSummary Of(IEnumerable<Refusal> refusals)
    {
        var entries = new Dictionary<(RefusalKind, string), Entry>();
        foreach (var refusal in refusals)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(entries, (refusal.Kind, refusal.Detail), out var exists);
            entry = exists
                ? entry with
                {
                    Count = entry.Count + 1,
                    Missing = Least(entry.Missing, refusal.Missing),
                    Differs = entry.Differs || entry.Missing != refusal.Missing,
                }
                : new(refusal.Kind, refusal.Detail, 1, refusal.Missing, Differs: false);
        }

        // The commonest first; of equals what comes nearest to suitable.
        return new(
        [
            .. entries.Values.OrderByDescending(entry => entry.Count).ThenByDescending(entry => entry.Kind)
                .ThenBy(entry => entry.Detail, StringComparer.Ordinal),
        ]);
    }

    /// <summary>How many nodes have a reason of this kind.</summary>
    public int Count(RefusalKind kind) => _entries.Where(entry => entry.Kind == kind).Sum(entry => entry.Count);

    /// <inheritdoc/>
    public override string ToString() => _entries.IsEmpty
        ? "no suitable node: the cluster has none"
        : $"no suitable node: {string.Join(", ", _entries.Select(entry => RefusalText.Of(entry.Kind, entry.Detail, entry.Count, entry.Missing, entry.Differs)))}";

    private static ResourceAmount Least(ResourceAmount left, ResourceAmount right) =>
        new(Math.Min(left.CpuMillicores, right.CpuMillicores), Math.Min(left.Memory, right.Memory));

    private readonly record struct Entry(RefusalKind Kind, string Detail, int Count, ResourceAmount Missing, bool Differs);
}
