using Microsoft.Extensions.Logging;

namespace Orleans.Runtime.Reminders;

/// <summary>
/// Sends the ticks of the reminders that this silo runs, each at its time, with one timer for all. A reminder's next tick waits for the
/// end of the last, and no more than <see cref="MaxTicksAtOnce"/> are under way; the others come later, in order of their due times.
/// </summary>
internal sealed partial class ReminderTicker : IDisposable
{
    /// <summary>Ticks under way at most, so that many reminders that are due together do not activate their grains all at once.</summary>
    public const int MaxTicksAtOnce = 100;

    /// <summary>The clock of the day may be set while the timer runs, so it looks again after this time at the latest.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<ReminderKey, LocalReminder> _reminders = [];
    private readonly SortedSet<LocalReminder> _agenda = [];
    private readonly IReminderCluster _cluster;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private long _sequence;
    private int _ticking;
    private bool _isStopped;

    public ReminderTicker(IReminderCluster cluster, TimeProvider time, ILogger logger)
    {
        _cluster = cluster;
        _time = time;
        _logger = logger;
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(
                static ticker => ((ReminderTicker)ticker!).SendDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public int Count
    {
        get
        {
            lock (_gate) return _reminders.Count;
        }
    }

    /// <summary>The versions of the reminders that run here.</summary>
    public Dictionary<ReminderKey, string> Versions()
    {
        lock (_gate) return _reminders.ToDictionary(static pair => pair.Key, static pair => pair.Value.Row.ETag);
    }

    /// <summary>Runs a reminder from <paramref name="firstDue"/> on, in place of its former version if there is one.</summary>
    public void Start(ReminderRow row, DateTime firstDue)
    {
        lock (_gate)
        {
            if (_isStopped) return;
            Remove(row.Key);
            var reminder = new LocalReminder(row, ++_sequence, firstDue);
            _reminders.Add(row.Key, reminder);
            _agenda.Add(reminder);
            Arm();
        }
    }

    public void Stop(ReminderKey key)
    {
        lock (_gate) Remove(key);
    }

    /// <summary>Stops the reminders of grains of which <paramref name="isOurs"/> is false; returns how many.</summary>
    public int StopOthers(Func<GrainId, bool> isOurs)
    {
        lock (_gate)
        {
            var others = _reminders.Keys.Where(key => !isOurs(key.GrainId)).ToList();
            foreach (var key in others) Remove(key);
            return others.Count;
        }
    }

    /// <summary>No tick is sent after this.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopped = true;
            foreach (var reminder in _reminders.Values) reminder.IsStopped = true;
            _reminders.Clear();
            _agenda.Clear();
        }

        _timer.Dispose();
    }

    [LoggerMessage(1, LogLevel.Warning, "The tick of reminder '{Name}' of {GrainId} failed; the reminder goes on")]
    private static partial void LogTickFailed(ILogger logger, Exception exception, string name, GrainId grainId);

    private void Remove(ReminderKey key)
    {
        if (!_reminders.Remove(key, out var reminder)) return;
        reminder.IsStopped = true;
        _agenda.Remove(reminder);
    }

    /// <summary>Ticks start only here, on the timer's thread, so that none counts as a call of the grain that registered the reminder.</summary>
    private void SendDue()
    {
        List<LocalReminder> due = [];
        lock (_gate)
        {
            var now = Now();
            while (_ticking < MaxTicksAtOnce && _agenda.Min is { } first && first.DueAt <= now)
            {
                _agenda.Remove(first);
                _ticking++;
                due.Add(first);
            }

            Arm();
        }

        foreach (var reminder in due) _ = TickAsync(reminder);
    }

    private async Task TickAsync(LocalReminder reminder)
    {
        var row = reminder.Row;
        try
        {
            await _cluster.TickAsync(row.Key, new TickStatus(row.StartAt, row.Period, Now()));
        }
        catch (Exception exception)
        {
            LogTickFailed(_logger, exception, row.Key.Name, row.Key.GrainId);
        }

        lock (_gate)
        {
            _ticking--;
            if (!reminder.IsStopped)
            {
                reminder.DueAt = ReminderSchedule.Next(row.StartAt, row.Period, reminder.DueAt, Now());
                _agenda.Add(reminder);
            }

            Arm();
        }
    }

    /// <summary>Under the lock.</summary>
    private void Arm()
    {
        if (_isStopped) return;
        var wait = Timeout.InfiniteTimeSpan;
        if (_ticking < MaxTicksAtOnce && _agenda.Min is { } first)
        {
            // Rounded up, since a timer that fires a part of a millisecond early would find nothing due.
            var milliseconds = Math.Ceiling((first.DueAt - Now()).TotalMilliseconds);
            wait = TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, LongestWait.TotalMilliseconds));
        }

        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private DateTime Now() => _time.GetUtcNow().UtcDateTime;
}
