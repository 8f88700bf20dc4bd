namespace Warren.Agent.Logs;

/// <summary>
/// Finds where the last so many lines begin, from entries that are given from the last to the first. Pure. A line is all its parts: they
/// follow each other in their stream, with entries of the other stream between them.
/// </summary>
internal sealed class TailScan(int wanted)
{
    private readonly Dictionary<LogStream, LogPlace> _begins = [];
    private readonly HashSet<LogStream> _complete = [];
    private int _found;

    /// <summary>Whether all wanted lines are found; their first parts may be further up.</summary>
    public bool IsFull => _found == wanted;

    /// <summary>Whether nothing further up can belong to them.</summary>
    public bool IsComplete => IsFull && _begins.Keys.All(_complete.Contains);

    /// <summary>Where the lines of each stream begin; for one without any, behind the end.</summary>
    public IReadOnlyDictionary<LogStream, LogPlace> Begins =>
        Enum.GetValues<LogStream>().ToDictionary(stream => stream, stream => _begins.GetValueOrDefault(stream, LogPlace.End));

    /// <summary>Takes the entry before.</summary>
    public void Take(LogStream stream, bool isPartial, LogPlace place)
    {
        if (_complete.Contains(stream)) return;
        // The last entries of a stream may be parts of a line without an end yet.
        var isLineEnd = !isPartial || !_begins.ContainsKey(stream);
        if (isLineEnd && IsFull)
        {
            _complete.Add(stream);
            return;
        }

        if (isLineEnd) _found++;
        _begins[stream] = place;
    }
}
