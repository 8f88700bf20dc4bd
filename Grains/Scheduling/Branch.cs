namespace Warren.Grains.Scheduling;

/// <summary>
/// Candidates under one value of a spread attribute, and under it by the next attribute; without attributes, or at the end, a heap of
/// nodes. Each placement costs a walk down and a few heap steps, however many nodes there are.
/// </summary>
internal sealed class Branch(TaskGroup group, string value)
{
    private readonly MinHeap<WorkingNode, NodeScore> _nodes = new();
    private readonly MinHeap<Branch, Score> _branches = new();
    private readonly Dictionary<string, Branch> _byValue = new(StringComparer.Ordinal);
    private readonly ulong _tie = group.TieOf(StableHash.Of(value));
    private double _load;
    private int _candidates;

    /// <summary>Tasks of the service on the nodes below that keep them, suitable or not.</summary>
    public int ServiceTasks { get; private set; }

    public bool IsEmpty => _nodes.Count == 0 && _branches.Count == 0;

    private Score Current => new(ServiceTasks, _candidates == 0 ? 0 : _load / _candidates, _tie, value);

    /// <summary>Adds a node below the values that it has.</summary>
    /// <param name="values">Of each spread attribute, from <paramref name="depth"/> on.</param>
    /// <param name="depth">How many attributes are behind.</param>
    /// <param name="node">The node.</param>
    /// <param name="isCandidate">Whether it can take a task; if not, its tasks are counted only.</param>
    public void Add(IReadOnlyList<string[]> values, int depth, WorkingNode node, bool isCandidate)
    {
        ServiceTasks += node.ServiceTasks;
        if (isCandidate && depth > 0)
        {
            _load += node.LoadWith(default);
            _candidates++;
        }

        if (depth == values.Count)
        {
            if (isCandidate) _nodes.Append(node, NodeScore.Of(group, node));
            return;
        }

        var key = values[depth][node.Index];
        if (!_byValue.TryGetValue(key, out var branch)) _byValue.Add(key, branch = new Branch(group, key));
        branch.Add(values, depth + 1, node, isCandidate);
    }

    /// <summary>To be called once all nodes are added.</summary>
    public void Seal()
    {
        _nodes.Build();
        foreach (var branch in _byValue.Values)
        {
            branch.Seal();
            if (!branch.IsEmpty) _branches.Append(branch, branch.Current);
        }

        _branches.Build();
    }

    /// <summary>The node that is best now: where the fewest tasks of the service are, from the first attribute to the last.</summary>
    public WorkingNode Best() => _branches.Count == 0 ? _nodes.Top : _branches.Top.Best();

    /// <summary>Says that <see cref="Best"/> got a task.</summary>
    /// <param name="canTakeMore">Whether it stays a candidate.</param>
    public void Took(bool canTakeMore)
    {
        ServiceTasks++;
        if (_branches.Count == 0)
        {
            if (canTakeMore) _nodes.Rescore(NodeScore.Of(group, _nodes.Top));
            else _nodes.RemoveTop();
            return;
        }

        var branch = _branches.Top;
        branch.Took(canTakeMore);
        if (branch.IsEmpty) _branches.RemoveTop();
        else _branches.Rescore(branch.Current);
    }

    /// <summary>How well a branch suits; the least is the best.</summary>
    private readonly record struct Score(int ServiceTasks, double Load, ulong Tie, string Value) : IComparable<Score>
    {
        public int CompareTo(Score other)
        {
            if (ServiceTasks != other.ServiceTasks) return ServiceTasks.CompareTo(other.ServiceTasks);
            if (Load != other.Load) return Load.CompareTo(other.Load);
            return Tie != other.Tie ? Tie.CompareTo(other.Tie) : string.CompareOrdinal(Value, other.Value);
        }
    }
}
