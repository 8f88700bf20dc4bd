namespace Warren.Harness.Counters;

/// <summary>How long counters did not answer after their silo was gone.</summary>
public sealed class Outage
{
    private readonly string _silo;
    private readonly TimeProvider _time;
    private readonly long _begun;
    private readonly long[] _answered;
    private readonly bool[] _affected;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left;

    /// <param name="silo">The silo that is gone.</param>
    /// <param name="lastSilos">By counter, the silo that answered last.</param>
    /// <param name="time">The clock.</param>
    internal Outage(string silo, string?[] lastSilos, TimeProvider time)
    {
        (_silo, _time) = (silo, time);
        _answered = new long[lastSilos.Length];
        _affected = [.. lastSilos.Select(last => last == silo)];
        _left = _affected.Count(affected => affected);
        _begun = time.GetTimestamp();
        if (_left == 0) _over.SetResult();
    }

    /// <summary>Ends when every counter of the silo has answered from another one.</summary>
    public Task Over => _over.Task;

    /// <summary>How many counters were on the silo.</summary>
    public int Affected => _affected.Count(affected => affected);

    /// <summary>Seconds until the first answer from elsewhere, of the counters that were on the silo; infinite for those that never answered.</summary>
    public IReadOnlyList<double> Seconds() => SecondsOf(affected: true);

    /// <summary>Seconds until the first answer of the counters that were elsewhere.</summary>
    public IReadOnlyList<double> SecondsOfOthers() => SecondsOf(affected: false);

    internal void Answered(int counter, string silo)
    {
        // An answer that was on its way when the silo went says nothing about its successor.
        if (silo == _silo) return;
        var now = _time.GetTimestamp();
        if (Interlocked.CompareExchange(ref _answered[counter], now, 0) != 0 || !_affected[counter]) return;
        if (Interlocked.Decrement(ref _left) == 0) _over.SetResult();
    }

    private List<double> SecondsOf(bool affected)
    {
        var seconds = new List<double>();
        for (var counter = 0; counter < _answered.Length; counter++)
        {
            if (_affected[counter] != affected) continue;
            var answered = Volatile.Read(ref _answered[counter]);
            seconds.Add(answered == 0 ? double.PositiveInfinity : _time.GetElapsedTime(_begun, answered).TotalSeconds);
        }

        return seconds;
    }
}
