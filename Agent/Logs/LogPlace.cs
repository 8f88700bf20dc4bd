namespace Warren.Agent.Logs;

/// <summary>A place in a container's log, which stays valid while its file exists.</summary>
/// <param name="Number">The file.</param>
/// <param name="Offset">The byte in it.</param>
internal readonly record struct LogPlace(long Number, long Offset) : IComparable<LogPlace>
{
    /// <summary>Behind everything.</summary>
    public static LogPlace End { get; } = new(long.MaxValue, long.MaxValue);

    public int CompareTo(LogPlace other) => Number != other.Number ? Number.CompareTo(other.Number) : Offset.CompareTo(other.Offset);
}
