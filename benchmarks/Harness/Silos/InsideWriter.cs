using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Warren.Harness.Counters;
using Warren.Harness.History;

namespace Warren.Harness.Silos;

/// <summary>
/// Writes from inside a silo without a pause, so that a silo that was frozen writes in the moment in which it goes on: through the
/// counters that were active on it, and past all grains with an ETag that is still right. Says "resumed" when it notices that it was
/// frozen, and then for each write that it begins "attempt", and how that ended: "accepted WHAT" or "refused WHAT REASON".
/// </summary>
internal sealed class InsideWriter(IServiceProvider services, string counters)
{
    private static readonly TimeSpan s_beat = TimeSpan.FromMilliseconds(5), s_frozen = TimeSpan.FromSeconds(3);

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly string _silo = services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString();
    private volatile bool _resumed;

    // The callers outside use the positive numbers.
    private long _operation = -1_000_000_000L * Environment.ProcessId;

    public void Start(CancellationToken stopping)
    {
        _ = WatchAsync(stopping);
        var grains = services.GetRequiredService<IGrainFactory>();
        foreach (var counter in counters.Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture)))
        {
            var grain = grains.GetGrain<ICounterGrain>(counter);
            _ = RepeatAsync($"counter {counter}", () => grain.IncrementAsync(Interlocked.Decrement(ref _operation)), stopping);
        }

        var storage = services.GetRequiredKeyedService<IGrainStorage>("Default");
        var id = GrainId.Create("insidewriter", _silo);
        var state = new GrainState<CounterState> { State = new CounterState { Silo = _silo } };
        _ = RepeatAsync(
            "record",
            () =>
            {
                state.State.Value++;
                return storage.WriteStateAsync(WriteHistory.RecordState, id, state);
            },
            stopping);
    }

    private async Task WatchAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested && !_resumed)
        {
            var begun = _time.GetTimestamp();
            await PauseAsync(stopping);
            _resumed = _time.GetElapsedTime(begun) > s_frozen;
        }

        if (_resumed) Console.WriteLine("resumed");
    }

    private async Task RepeatAsync(string what, Func<Task> write, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var resumed = _resumed;
            if (resumed) Console.WriteLine($"attempt {what}");
            try
            {
                await write();
                if (resumed) Console.WriteLine($"accepted {what}");
            }
            catch (Exception e)
            {
                if (resumed) Console.WriteLine($"refused {what} {e.GetType().Name}");
            }

            await PauseAsync(stopping);
        }
    }

    private async Task PauseAsync(CancellationToken stopping) =>
        await Task.Delay(s_beat, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
