using Warren.Harness.Counters;

namespace Warren.Harness.History;

/// <summary>Compares what callers were told with what the database accepted. Pure.</summary>
public sealed class HistoryCheck
{
    private const int MostProblems = 20;

    private readonly List<string> _problems = [];
    private long _lost, _double, _gaps, _stale;

    private HistoryCheck()
    {
    }

    /// <param name="history">All accepted writes, those of one counter in the order of their acceptance.</param>
    /// <param name="stored">The value of each counter as it is stored at the end.</param>
    /// <param name="records">What the callers know, by counter.</param>
    /// <param name="deadSince">Silos, by address, and the time by which each was certainly declared dead.</param>
    public static HistoryVerdict Run(
        IEnumerable<HistoryRow> history,
        IReadOnlyDictionary<int, long> stored,
        IEnumerable<CounterRecord> records,
        IReadOnlyDictionary<string, DateTimeOffset> deadSince)
    {
        var check = new HistoryCheck();
        var byCounter = history.ToLookup(row => row.Counter);
        foreach (var record in records)
        {
            HistoryRow[] rows = [.. byCounter[record.Counter]];
            check.Order(record.Counter, rows, stored.GetValueOrDefault(record.Counter));
            check.Acknowledgements(record, rows);
        }

        foreach (var row in byCounter.SelectMany(rows => rows))
        {
            if (deadSince.TryGetValue(row.Silo, out var since) && row.At > since)
                check.Add(ref check._stale, $"counter {row.Counter}: {row.Silo} wrote {row.Value} at {row.At:HH:mm:ss.fff}, dead since {since:HH:mm:ss.fff}");
        }

        return new HistoryVerdict(check._lost, check._double, check._gaps, check._stale, check._problems);
    }

    private void Order(int counter, HistoryRow[] rows, long stored)
    {
        var (value, version, activation) = (0L, 0L, "");
        var seen = new HashSet<string>();
        var operations = new HashSet<long>();
        foreach (var row in rows)
        {
            if (row.Value != value + 1) Add(ref _gaps, $"counter {counter}: {row.Value} was written after {value}, by {row.Silo}");
            if (row.Before != version) Add(ref _gaps, $"counter {counter}: {row.Value} replaced version {row.Before} instead of {version}");
            if (row.Activation != activation && !seen.Add(row.Activation))
                Add(ref _double, $"counter {counter}: activation {row.Activation} wrote {row.Value} after another had written");
            if (!operations.Add(row.Operation)) Add(ref _double, $"counter {counter}: operation {row.Operation} was written twice");
            (value, version, activation) = (row.Value, row.After, row.Activation);
        }

        if (value != stored) Add(ref _gaps, $"counter {counter}: {value} was written last, {stored} is stored");
    }

    private void Acknowledgements(CounterRecord record, HistoryRow[] rows)
    {
        var written = rows.GroupBy(row => row.Operation).ToDictionary(group => group.Key, group => group.First().Value);
        foreach (var (operation, value) in record.Acknowledged)
        {
            if (!written.TryGetValue(operation, out var stored))
                Add(ref _lost, $"counter {record.Counter}: operation {operation} was acknowledged with {value} and is not in the store");
            else if (stored != value)
                Add(ref _lost, $"counter {record.Counter}: operation {operation} was acknowledged with {value}, the store has {stored}");
        }
    }

    private void Add(ref long count, string problem)
    {
        count++;
        if (_problems.Count < MostProblems) _problems.Add(problem);
    }
}
