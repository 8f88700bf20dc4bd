using System.Collections.Concurrent;

namespace Warren.Harness.Counters;

/// <summary>
/// One caller for each counter, who increments it, pauses, and goes on; after a failure sooner. Never gives up before it is stopped.
/// </summary>
public sealed class CounterLoad : IAsyncDisposable
{
    /// <summary>The address of no silo.</summary>
    private const string Anywhere = "";

    private readonly IGrainFactory _grains;
    private readonly TimeSpan _pause;
    private readonly TimeSpan _retryDelay;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, long> _failures = new();
    private readonly Task _callers;
    private long _acknowledged;
    private Outage? _outage;

    private CounterLoad(IGrainFactory grains, int counters, TimeSpan pause, TimeSpan retryDelay, TimeProvider time)
    {
        (_grains, _pause, _retryDelay, _time) = (grains, pause, retryDelay, time);
        Records = [.. Enumerable.Range(0, counters).Select(counter => new CounterRecord(counter))];
        _callers = Task.WhenAll(Records.Select(record => Task.Run(() => CallAsync(record))));
    }

    /// <summary>By counter. Complete once the load is stopped.</summary>
    public IReadOnlyList<CounterRecord> Records { get; }

    /// <summary>How many increments were acknowledged so far.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>How many calls failed so far, by what they failed with.</summary>
    public IReadOnlyDictionary<string, long> Failures => _failures;

    /// <summary>How many calls failed so far.</summary>
    public long Failed => _failures.Values.Sum();

    /// <param name="grains">Where the counters are.</param>
    /// <param name="counters">How many, with the keys from 0.</param>
    /// <param name="pause">Between an answer and the next call.</param>
    /// <param name="retryDelay">Between a failure and the next call.</param>
    /// <param name="time">The clock.</param>
    public static CounterLoad Start(IGrainFactory grains, int counters, TimeSpan pause, TimeSpan retryDelay, TimeProvider time) =>
        new(grains, counters, pause, retryDelay, time);

    /// <summary>
    /// From now on, watches which counters answer. The outage ends when all have answered that were active on the silo, from another.
    /// </summary>
    /// <param name="silo">The address of the silo that is about to be killed.</param>
    public Outage BeginOutage(string silo)
    {
        var outage = new Outage(silo, [.. Records.Select(record => record.LastSilo)], _time);
        Volatile.Write(ref _outage, outage);
        return outage;
    }

    /// <summary>Ends when every counter has answered once more. Takes the place of an outage that is watched.</summary>
    public Task AllAnswering()
    {
        var outage = new Outage(Anywhere, [.. Records.Select(_ => Anywhere)], _time);
        Volatile.Write(ref _outage, outage);
        return outage.Over;
    }

    /// <summary>Lets the calls in progress end, and makes no more.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _callers;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task CallAsync(CounterRecord record)
    {
        var grain = _grains.GetGrain<ICounterGrain>(record.Counter);
        while (!_stop.IsCancellationRequested)
        {
            var operation = record.Begin();
            var pause = _pause;
            try
            {
                var answer = await grain.IncrementAsync(operation);
                record.Acknowledge(operation, answer);
                Interlocked.Increment(ref _acknowledged);
                Volatile.Read(ref _outage)?.Answered(record.Counter, answer.Silo);
            }
            catch (Exception e)
            {
                // Whatever it is, the increment may count or not; the history tells later. It is counted, and tried again.
                _failures.AddOrUpdate(e.GetType().Name, 1, static (_, count) => count + 1);
                pause = _retryDelay;
            }

            await Task.Delay(pause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
