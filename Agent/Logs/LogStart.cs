namespace Warren.Agent.Logs;

/// <summary>Where reading begins.</summary>
/// <param name="Number">The file; 0 for the first there is.</param>
/// <param name="Offset">The byte in it.</param>
/// <param name="From">
/// For each stream the place from which its entries count: the last lines of two streams begin at different places when a line has parts.
/// </param>
internal sealed record LogStart(long Number, long Offset, IReadOnlyDictionary<LogStream, LogPlace> From)
{
    public static LogStart Beginning { get; } = new(0, 0, new Dictionary<LogStream, LogPlace>());

    /// <summary>Whether an entry is not before what was asked for.</summary>
    public bool Includes(LogStream stream, LogPlace place) => !From.TryGetValue(stream, out var from) || place.CompareTo(from) >= 0;
}
