using System.Globalization;

namespace Warren.Silo.Tests.Stores;

/// <summary>The last count that a writer process said was acknowledged, for each key.</summary>
internal sealed class Acknowledged(int enough)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _last = [];
    private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _lines;

    /// <summary>Ends when enough lines have come.</summary>
    public Task Enough => _enough.Task;

    public IReadOnlyDictionary<string, int> Last
    {
        get
        {
            lock (_gate)
                return new Dictionary<string, int>(_last);
        }
    }

    public void OnLine(string line)
    {
        var parts = line.Split(' ');
        if (parts is not ["ack", var key, var count]) return;
        lock (_gate)
        {
            _last[key] = int.Parse(count, CultureInfo.InvariantCulture);
            if (++_lines == enough) _enough.TrySetResult();
        }
    }
}
