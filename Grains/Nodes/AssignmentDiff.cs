using System.Collections.Immutable;
using Warren.Tasks;

namespace Warren.Grains.Nodes;

/// <summary>
/// Changes of a node's assignments, and what its agent has to hear of them. Messages may be lost, doubled and out of order.
/// </summary>
internal static class AssignmentDiff
{
    /// <summary>Assigns something, or something else than before.</summary>
    public static AssignmentSet<T> Assign<T>(AssignmentSet<T> set, TaskId task, T value)
        where T : notnull
    {
        if (set.Entries.TryGetValue(task, out var known) && known.Value.Equals(value)) return set;
        var version = set.Version + 1;
        return set with { Version = version, Entries = set.Entries.SetItem(task, new(value, version)), Dropped = set.Dropped.Remove(task) };
    }

    /// <summary>Takes an assignment away.</summary>
    public static AssignmentSet<T> Drop<T>(AssignmentSet<T> set, TaskId task)
        where T : notnull
    {
        if (!set.Entries.ContainsKey(task)) return set;
        var version = set.Version + 1;
        return set with { Version = version, Entries = set.Entries.Remove(task), Dropped = set.Dropped.SetItem(task, version) };
    }

    /// <summary>Says that something is not assigned that never was, or no longer is, to an agent that has it all the same.</summary>
    public static AssignmentSet<T> Deny<T>(AssignmentSet<T> set, TaskId task)
        where T : notnull =>
        set.Entries.ContainsKey(task) ? set : set with { Version = set.Version + 1, Dropped = set.Dropped.SetItem(task, set.Version + 1) };

    /// <summary>The agent says which version it has carried over into its own store.</summary>
    public static AssignmentSet<T> Acknowledge<T>(AssignmentSet<T> set, long version)
        where T : notnull
    {
        // A version that was never given out comes from before the store was restored, and confirms nothing.
        if (version <= set.Acknowledged || version > set.Version) return set;
        return set with
        {
            Acknowledged = version,
            Dropped = set.Dropped.RemoveRange(set.Dropped.Where(drop => drop.Value <= version).Select(drop => drop.Key)),
        };
    }

    /// <summary>
    /// What an agent that has <paramref name="version"/> has to hear; everything when it has none, or one that says nothing here.
    /// </summary>
    public static AssignmentDelta<T> Since<T>(AssignmentSet<T> set, long? version)
        where T : notnull
    {
        // What was dropped before the acknowledged version is forgotten, so an agent that has less than that must hear everything.
        if (version is not { } from || from > set.Version || from < set.Acknowledged)
            return new(0, set.Version, true, set.Entries.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value.Value), []);
        return new(
            from,
            set.Version,
            false,
            set.Entries.Where(entry => entry.Value.Version > from).ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value.Value),
            [.. set.Dropped.Where(drop => drop.Value > from).Select(drop => drop.Key)]);
    }
}
