using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Warren.Nodes;

namespace Warren.Tasks;

/// <summary>
/// The lasting place of one replica, in which tasks come and go. Of a replicated service it is a number (<c>3</c>), of a global one the node
/// (<c>n7k2q</c>), of a job or cron job the run and the number in it (<c>12-3</c>). A node id begins with a letter, so the three forms differ.
/// </summary>
[GenerateSerializer, Alias("warren.task-slot"), Immutable]
public readonly record struct TaskSlot : IParsable<TaskSlot>, IComparable<TaskSlot>
{
    /// <summary>The highest run of a job.</summary>
    public const int MaxRun = 9_999_999;

    /// <summary>The highest number in a run of a job.</summary>
    public const int MaxNumberInRun = 9_999;

    private const string Rule = "a number from 1, a node id, or <run>-<number>";

    [Id(0)]
    private readonly int _run;

    [Id(1)]
    private readonly int _number;

    [Id(2)]
    private readonly NodeId _node;

    private TaskSlot(int run, int number, NodeId node) => (_run, _number, _node) = (run, number, node);

    /// <summary>The number from 1, of the replica or in the run; 0 in a global service.</summary>
    public int Number => _number;

    /// <summary>The run of a job from 1; 0 in other services.</summary>
    public int Run => _run;

    /// <summary>The node of a global service's slot; null in other services.</summary>
    public NodeId? Node => _node == default ? null : _node;

    /// <summary>A slot of a replicated service.</summary>
    /// <param name="number">From 1.</param>
    public static TaskSlot Replica(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(number);
        return new(0, number, default);
    }

    /// <summary>The slot of a global service on a node.</summary>
    public static TaskSlot OnNode(NodeId node) =>
        node == default ? throw new ArgumentException("The node id was never set.", nameof(node)) : new(0, 0, node);

    /// <summary>A slot of a job's run.</summary>
    /// <param name="run">1 to <see cref="MaxRun"/>.</param>
    /// <param name="number">1 to <see cref="MaxNumberInRun"/>.</param>
    public static TaskSlot InRun(int run, int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(run);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(run, MaxRun);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, MaxNumberInRun);
        return new(run, number, default);
    }

    /// <summary>Takes the text of a slot.</summary>
    /// <exception cref="FormatException">It is none; the message says the rule.</exception>
    public static TaskSlot Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var result) ? result : throw new FormatException($"'{s}' is no slot: {Rule}");

    /// <summary>Takes a text that may be no slot.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TaskSlot result)
    {
        result = default;
        if (NodeId.TryParse(s, out var node))
        {
            result = OnNode(node);
            return true;
        }

        if (s?.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash)
        {
            if (!TryNumber(s.AsSpan(0, dash), MaxRun, out var run) || !TryNumber(s.AsSpan(dash + 1), MaxNumberInRun, out var inRun)) return false;
            result = InRun(run, inRun);
            return true;
        }

        if (!TryNumber(s, int.MaxValue, out var number)) return false;
        result = Replica(number);
        return true;
    }

    /// <summary>By run, then number, then node.</summary>
    public int CompareTo(TaskSlot other)
    {
        var byRun = _run.CompareTo(other._run);
        if (byRun != 0) return byRun;
        var byNumber = _number.CompareTo(other._number);
        return byNumber != 0 ? byNumber : _node.CompareTo(other._node);
    }

    /// <inheritdoc/>
    public override string ToString() => this switch
    {
        { _run: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{_run}-{_number}"),
        { _number: > 0 } => _number.ToString(CultureInfo.InvariantCulture),
        _ => _node.ToString(),
    };

    // One text for one slot: no sign, no leading zero.
    private static bool TryNumber(ReadOnlySpan<char> text, int max, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0 && number <= max && text[0] != '0';
}
