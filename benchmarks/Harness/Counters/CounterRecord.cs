namespace Warren.Harness.Counters;

/// <summary>What the caller of one counter knows: which of its operations were acknowledged, with which value. For one caller at a time.</summary>
public sealed class CounterRecord(int counter)
{
    private readonly List<(long Operation, long Value)> _acknowledged = [];
    private long _next;

    /// <summary>The counter's key.</summary>
    public int Counter => counter;

    /// <summary>Operations and the values that the counter had after them, in order.</summary>
    public IReadOnlyList<(long Operation, long Value)> Acknowledged => _acknowledged;

    /// <summary>Operations that failed, so that nobody told whether they count.</summary>
    public long Unknown => _next - _acknowledged.Count;

    /// <summary>The silo that acknowledged last; null before the first time.</summary>
    public volatile string? LastSilo;

    /// <summary>A number for an operation; positive, and never given twice.</summary>
    public long Begin() => ++_next;

    /// <summary>Notes an answer.</summary>
    public void Acknowledge(long operation, CounterAnswer answer)
    {
        _acknowledged.Add((operation, answer.Value));
        LastSilo = answer.Silo;
    }
}
