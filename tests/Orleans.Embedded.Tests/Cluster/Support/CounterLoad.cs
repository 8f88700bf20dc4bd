using System.Collections.Concurrent;
using Orleans.Embedded.Tests.Cluster.Grains;

namespace Orleans.Embedded.Tests.Cluster.Support;

/// <summary>
/// Callers that increment counters without a pause, half of them through a grain that passes the call on. Each caller waits for its
/// answer, so that the answers of one are in order.
/// </summary>
internal sealed class CounterLoad
{
    private const int Callers = 6;

    private readonly SiloCluster _cluster;
    private readonly IGrainFactory _grains;
    private readonly string[] _keys;
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<string, int> _acknowledged = new();
    private readonly ConcurrentQueue<(string Key, Exception Failure)> _failures = new();
    private readonly Lock _gate = new();
    private readonly Task _callers;
    private TaskCompletionSource? _reached;
    private long _target;
    private long _answers;

    public CounterLoad(SiloCluster cluster, IGrainFactory grains, int counters)
    {
        (_cluster, _grains) = (cluster, grains);
        _keys = [.. Enumerable.Range(0, counters).Select(static i => $"c{i}")];
        _callers = Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller))));
    }

    public IReadOnlyList<string> Keys => _keys;

    public IReadOnlyList<(string Key, Exception Failure)> Failures => [.. _failures];

    /// <summary>Ends when so many more calls were answered without failure.</summary>
    public Task AnsweredAsync(int more)
    {
        lock (_gate)
        {
            _target = _answers + more;
            _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _reached.Task.WaitAsync(SiloCluster.Patience);
        }
    }

    /// <summary>Lets the calls under way end, and starts no more.</summary>
    public async Task EndAsync()
    {
        await _ending.CancelAsync();
        await _callers.WaitAsync(SiloCluster.Patience);
        _ending.Dispose();
    }

    /// <summary>Every increment that was acknowledged is in the store, and no increment twice: only one that failed may be there or not.</summary>
    public void AssertStored()
    {
        foreach (var key in _keys)
        {
            var grain = _cluster.Grains.GetGrain<ICounterGrain>(key).GetGrainId();
            var stored = _cluster.Storage.Read<CounterState>("counter", grain)?.Value ?? 0;
            var acknowledged = _acknowledged.GetValueOrDefault(key);
            var unsure = _failures.Count(failure => failure.Key == key);
            stored.ShouldBeInRange(acknowledged, acknowledged + unsure, $"counter {key}");
        }
    }

    private async Task CallAsync(int caller)
    {
        var next = caller;
        while (!_ending.IsCancellationRequested)
        {
            var key = _keys[next++ % _keys.Length];
            try
            {
                if (caller % 2 == 0) await _grains.GetGrain<ICounterGrain>(key).IncrementAsync();
                else await _grains.GetGrain<IRelayGrain>($"r{next % 50}").IncrementAsync(key);
                _acknowledged.AddOrUpdate(key, 1, static (_, count) => count + 1);
                OnAnswer();
            }
            catch (Exception exception)
            {
                _failures.Enqueue((key, exception));
            }
        }
    }

    private void OnAnswer()
    {
        lock (_gate)
        {
            if (++_answers >= _target) _reached?.TrySetResult();
        }
    }
}
