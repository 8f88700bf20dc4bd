namespace Warren.Silo.Stores;

/// <summary>Names one row of a table that belongs to a grain.</summary>
internal readonly record struct RowKey(string Table, string GrainType, string GrainKey, string Name) : IComparable<RowKey>
{
    /// <summary>
    /// An order that is the same in every process: rows are locked in it, so that two transactions never wait for each other.
    /// </summary>
    public int CompareTo(RowKey other)
    {
        var order = string.CompareOrdinal(Table, other.Table);
        if (order == 0) order = string.CompareOrdinal(GrainType, other.GrainType);
        if (order == 0) order = string.CompareOrdinal(GrainKey, other.GrainKey);
        return order == 0 ? string.CompareOrdinal(Name, other.Name) : order;
    }

    public override string ToString() => $"{Name} of {GrainType}/{GrainKey}";
}
