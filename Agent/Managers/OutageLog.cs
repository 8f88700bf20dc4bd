namespace Warren.Agent.Managers;

/// <summary>
/// What is to be told of something that fails again and again for days: the first failure, another cause, and once an hour that it still fails. Each line
/// is a write to the machine's disk. Not thread-safe.
/// </summary>
internal sealed class OutageLog(TimeProvider time)
{
    private static readonly TimeSpan s_repeat = TimeSpan.FromHours(1);

    /// <summary>More causes than that in turns are told as seldom as one.</summary>
    private const int MostCauses = 8;

    private readonly Dictionary<string, long> _told = [];

    /// <summary>Whether a failure is to be told now.</summary>
    public bool IsToBeTold(string cause)
    {
        var isKnown = _told.TryGetValue(cause, out var at);
        if (isKnown && time.GetElapsedTime(at) < s_repeat) return false;
        if (!isKnown && _told.Count >= MostCauses)
        {
            if (_told.Values.Any(other => time.GetElapsedTime(other) < s_repeat)) return false;
            _told.Clear();
        }

        _told[cause] = time.GetTimestamp();
        return true;
    }

    /// <summary>It does not fail any more.</summary>
    public void End() => _told.Clear();
}
