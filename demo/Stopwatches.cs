using System.Globalization;

namespace Warren.Demo;

/// <summary>Where the time went: one part after the other.</summary>
internal sealed class Stopwatches(TimeProvider time)
{
    private readonly List<(string Name, TimeSpan Took)> _parts = [];
    private long _begin = time.GetTimestamp();

    /// <summary>Ends a part, and begins the next one.</summary>
    /// <returns>How long it took.</returns>
    public TimeSpan End(string name)
    {
        var now = time.GetTimestamp();
        var took = time.GetElapsedTime(_begin, now);
        _parts.Add((name, took));
        _begin = now;
        return took;
    }

    /// <summary>The parts as bars.</summary>
    public IEnumerable<(string Name, int Count, string Note)> Bars =>
        _parts.Select(part => (part.Name, (int)part.Took.TotalMilliseconds, string.Create(CultureInfo.InvariantCulture, $"{part.Took.TotalSeconds,5:F1} s")));
}
