namespace Warren.Silo.Stores;

/// <summary>The wish to change one row. The same transaction makes it together with others; each has its own result.</summary>
internal abstract class RowWrite(WriteFamily family, RowKey key) : PendingWork<WriteResult>
{
    public WriteFamily Family { get; } = family;

    public RowKey Key { get; } = key;

    /// <summary>The size of its text, in characters.</summary>
    public virtual int Size => 0;

    /// <summary>Whether it goes before others: a call in the foreground waits for it.</summary>
    public bool IsForeground { get; init; }

    /// <summary>Whether it waits a moment for others to share their transaction: whoever waits for it waits for other writes as well.</summary>
    public bool IsPatient { get; init; }

    /// <summary>The version that the row gets; drawn anew each time the write is tried.</summary>
    public long NewVersion { get; set; }

    /// <summary>How often the write was found not to have happened, after a connection broke, and was made again.</summary>
    public int Repeats { get; set; }

    /// <summary>Appends the values of this row's parameters.</summary>
    public abstract void AddValues(List<object?> values);
}
