using System.Collections.Immutable;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>What a service has heard and not yet stored. A step takes all of it, and puts it back if it could not be stored.</summary>
internal sealed class Inbox
{
    private List<TaskRecord> _seen = [];
    private HashSet<TaskId> _cleaned = [];

    /// <summary>Whether there is nothing.</summary>
    public bool IsEmpty => _seen.Count == 0 && _cleaned.Count == 0;

    /// <summary>Adds what was heard.</summary>
    public void Add(ImmutableArray<TaskRecord> seen, ImmutableArray<TaskId> cleaned)
    {
        _seen.AddRange(seen);
        _cleaned.UnionWith(cleaned);
    }

    /// <summary>Takes all of it, in the order in which it came.</summary>
    public (IReadOnlyList<TaskRecord> Seen, ImmutableHashSet<TaskId> Cleaned) Take()
    {
        var taken = (_seen, _cleaned.ToImmutableHashSet());
        (_seen, _cleaned) = ([], []);
        return taken;
    }

    /// <summary>Puts back what was taken, before what came meanwhile.</summary>
    public void PutBack(IReadOnlyList<TaskRecord> seen, ImmutableHashSet<TaskId> cleaned)
    {
        _seen = [.. seen, .. _seen];
        _cleaned.UnionWith(cleaned);
    }
}
