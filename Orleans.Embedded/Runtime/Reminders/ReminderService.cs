using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Hosting;

namespace Orleans.Runtime.Reminders;

/// <summary>
/// The reminders of one silo. It runs those of the grains that it owns by the ring, so a grain registers with its own silo. The table is
/// the truth: it is read at start, when the ring changes, once more when grains that moved must have arrived, and from time to time.
/// While it cannot be read the reminders that run here go on.
/// </summary>
internal sealed partial class ReminderService : ISiloService, IAsyncDisposable
{
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(1);

    /// <summary>A grain that moves may register with its former silo until it has left it.</summary>
    private static readonly TimeSpan SecondLook = EngineLimits.HandoffWait + TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _tableReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IReminderTable _table;
    private readonly IReminderCluster _cluster;
    private readonly ReminderOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ReminderTicker _ticker;
    private readonly ITimer _lookTimer;
    private readonly HashSet<ReminderKey> _touched = [];
    private IDisposable? _subscription;
    private bool _isReading;
    private bool _mustReadAgain;
    private bool _mustLookTwice;
    private bool _isRunning;
    private int _failures;

    public ReminderService(
        IReminderCluster cluster, IReminderTable table, IOptions<ReminderOptions> options, TimeProvider time, ILogger<ReminderService> logger)
    {
        _cluster = cluster;
        _table = table;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _ticker = new ReminderTicker(cluster, time, logger);
        _lookTimer = time.CreateTimer(
            static service => ((ReminderService)service!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Reminders that run in this silo.</summary>
    public int Count => _ticker.Count;

    public async Task StartAsync(CancellationToken cancellation)
    {
        try
        {
            CheckOptions();
            await _table.StartAsync(cancellation);
        }
        catch (Exception exception)
        {
            _tableReady.TrySetException(exception);
            throw;
        }

        _tableReady.TrySetResult();
        lock (_gate) _isRunning = true;
        _subscription = _cluster.Subscribe(OnRingChanged);
        Look();
    }

    public Task StopAsync(CancellationToken cancellation)
    {
        lock (_gate) _isRunning = false;
        _subscription?.Dispose();
        _ticker.Dispose();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        await _lookTimer.DisposeAsync();

        // Not when the silo leaves: grains may still change their reminders as they go.
        if (_tableReady.Task.IsCompletedSuccessfully) await _table.StopAsync();
    }

    public async Task<IGrainReminder> RegisterAsync(GrainId grainId, string name, TimeSpan dueTime, TimeSpan period)
    {
        var key = new ReminderKey(grainId, name);
        var now = _time.GetUtcNow().UtcDateTime;
        ReminderRules.Check(key, dueTime, period, now, _options.MinimumReminderPeriod);
        await _tableReady.Task;
        var entry = new ReminderEntry { GrainId = grainId, ReminderName = name, StartAt = now + dueTime, Period = period };
        var etag = await _table.UpsertRow(entry)
            ?? throw new ReminderException($"The {key} was not registered: the reminder table took no version of it. Try again.");
        lock (_gate)
        {
            Touch(key);
            if (_isRunning && _cluster.IsOurs(grainId)) _ticker.Start(new ReminderRow(key, entry.StartAt, period, etag), entry.StartAt);
        }

        LogRegistered(_logger, name, grainId, dueTime, period);
        return new GrainReminder(grainId, name, etag);
    }

    public async Task UnregisterAsync(GrainId grainId, IGrainReminder reminder)
    {
        var known = ReminderRules.Check(grainId, reminder);
        var key = new ReminderKey(grainId, known.ReminderName);
        await _tableReady.Task;
        if (!await _table.RemoveRow(grainId, known.ReminderName, known.ETag) && await _table.ReadRow(grainId, known.ReminderName) is not null)
        {
            throw new ReminderException(
                $"The {key} was not unregistered: it has been registered anew since it was read. Get it again and unregister that.");
        }

        lock (_gate)
        {
            Touch(key);
            _ticker.Stop(key);
        }

        LogUnregistered(_logger, key.Name, grainId);
    }

    public async Task<IGrainReminder?> GetAsync(GrainId grainId, string name)
    {
        await _tableReady.Task;
        return await _table.ReadRow(grainId, name) is { } entry ? new GrainReminder(grainId, name, entry.ETag ?? "") : null;
    }

    public async Task<List<IGrainReminder>> GetAllAsync(GrainId grainId)
    {
        await _tableReady.Task;
        var rows = await _table.ReadRows(grainId);
        return [.. rows.Reminders.Select(entry => new GrainReminder(grainId, entry.ReminderName, entry.ETag ?? ""))];
    }

    private void CheckOptions() => new OptionsProblems()
        .That(_options.MinimumReminderPeriod > TimeSpan.Zero, $"ReminderOptions.MinimumReminderPeriod: must be more than zero, was {_options.MinimumReminderPeriod}")
        .That(
            _options.RefreshReminderListPeriod > TimeSpan.Zero && _options.RefreshReminderListPeriod <= TimeSpan.FromDays(1),
            $"ReminderOptions.RefreshReminderListPeriod: must be more than zero and at most 1 day, was {_options.RefreshReminderListPeriod}")
        .ThrowIfAny("The reminder service");

    /// <summary>A read that is under way may have seen the row as it was before. Under the lock.</summary>
    private void Touch(ReminderKey key)
    {
        if (_isReading) _touched.Add(key);
    }

    private void OnRingChanged()
    {
        var lost = _ticker.StopOthers(_cluster.IsOurs);
        LogRingChanged(_logger, lost, _ticker.Count);
        lock (_gate) _mustLookTwice = true;
        Look();
    }

    /// <summary>Reads the table, now or as soon as the read that is under way has ended.</summary>
    private void Look()
    {
        lock (_gate)
        {
            if (!_isRunning) return;
            _mustReadAgain = _isReading;
            if (_isReading) return;
            _isReading = true;
        }

        _ = ReadUntilCurrentAsync();
    }

    private async Task ReadUntilCurrentAsync()
    {
        bool again;
        do
        {
            TimeSpan wait;
            try
            {
                await ReadAsync();
                _failures = 0;
                wait = _options.RefreshReminderListPeriod;
            }
            catch (Exception exception)
            {
                wait = BackoffAfter(++_failures);
                LogReadFailed(_logger, exception, wait, _ticker.Count);
            }

            lock (_gate)
            {
                _touched.Clear();
                again = _mustReadAgain && _isRunning;
                _mustReadAgain = false;
                _isReading = again;
                if (!again && _isRunning)
                {
                    if (_mustLookTwice && wait > SecondLook) wait = SecondLook;
                    _mustLookTwice = false;
                    _lookTimer.Change(wait, Timeout.InfiniteTimeSpan);
                }
            }
        }
        while (again);
    }

    private async Task ReadAsync()
    {
        // Equal bounds are the whole ring: what one silo owns of it are hundreds of ranges, and one read is cheaper than these.
        var table = await _table.ReadRows(0, 0);
        lock (_gate)
        {
            if (!_isRunning) return;
            var plan = ReminderPlan.Compute(_ticker.Versions(), table.Reminders.Select(ReminderRow.Of), _cluster.IsOurs, _touched);
            var now = _time.GetUtcNow().UtcDateTime;
            var coveredUntil = ReminderSchedule.CoveredUntil(now, _cluster.OldestStart);
            foreach (var key in plan.Stop) _ticker.Stop(key);
            foreach (var row in plan.Start)
            {
                var spread = row.Key.GrainId.GetUniformHashCode() / (double)uint.MaxValue;
                _ticker.Start(row, ReminderSchedule.First(row.StartAt, row.Period, now, coveredUntil, spread));
            }

            foreach (var row in plan.Invalid) LogInvalid(_logger, row.Key.Name, row.Key.GrainId, row.Period);
            if (plan.Start.Count + plan.Stop.Count > 0) LogTableRead(_logger, plan.Start.Count, plan.Stop.Count, _ticker.Count);
        }
    }

    private static TimeSpan BackoffAfter(int failures) =>
        TimeSpan.FromSeconds(Math.Min(1 << Math.Min(failures - 1, 10), LongestBackoff.TotalSeconds));
}
