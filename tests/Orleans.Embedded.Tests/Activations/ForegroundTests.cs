using Microsoft.Extensions.DependencyInjection;
using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;
using Orleans.Serialization.Invocation;

namespace Orleans.Embedded.Tests.Activations;

/// <summary>Calls that somebody waits for go before others, which go on all the same.</summary>
[Collection(AloneCollection.Name)]
public sealed class ForegroundTests : SiloTest
{
    private const int Others = 200, Turns = 50;

    protected override void Configure(ISiloBuilder silo) => silo.Services.AddSingleton<ICallPrecedence, Precedence>();

    [Fact]
    public async Task Call_InTheForeground_PassesTheTurnsThatAreQueued()
    {
        await using var others = new Busy(this, Others);

        (await others.CountWhileAsync(NewGrain().RunReadOnly)).ShouldBeLessThan(Others * Turns / 4);
    }

    [Fact]
    public async Task Call_LikeTheOthers_WaitsForItsTurnsBehindThem()
    {
        await using var others = new Busy(this, Others);

        (await others.CountWhileAsync(NewGrain().Run)).ShouldBeGreaterThan(Others * Turns / 2);
    }

    [Fact]
    public async Task Calls_InTheForegroundWithoutEnd_LeaveTurnsToTheOthers()
    {
        var (stop, grains) = (false, Enumerable.Range(0, Others).Select(_ => NewGrain()).ToArray());
        var foreground = Task.WhenAll(grains.Select(grain => grain.RunReadOnly(Script.Add(async _ =>
        {
            // Turns that last, so that no thread comes to eight of them before it looks for other work.
            while (!Volatile.Read(ref stop))
            {
                Thread.SpinWait(20_000);
                await Task.Yield();
            }
        }))));

        await TakeTurnsAsync(NewGrain().Run).WaitAsync(Limit.Long);

        Volatile.Write(ref stop, true);
        await foreground.WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task Grains_ThatKeepAllThreads_DoNotKeepOthersFromRunning()
    {
        using var release = new ManualResetEventSlim();
        var kept = Enumerable.Range(0, Environment.ProcessorCount + 1).Select(_ => NewGrain().Do(_ => release.Wait(Limit.Long))).ToArray();

        await TakeTurnsAsync(NewGrain().Run).WaitAsync(Limit.Long);

        kept.ShouldAllBe(call => !call.IsCompleted);
        release.Set();
        await Task.WhenAll(kept).WaitAsync(Limit.Long);
    }

    private static Task TakeTurnsAsync(Func<string, Task> call, Action? atEnd = null) => call(Script.Add(async _ =>
    {
        for (var i = 0; i < Turns; i++) await Task.Yield();
        atEnd?.Invoke();
    }));

    /// <summary>Grains that always have another turn to run.</summary>
    private sealed class Busy : IAsyncDisposable
    {
        private readonly Task _running;
        private bool _stop;
        private int _turns;

        public Busy(ForegroundTests test, int count) => _running = Task.WhenAll(Enumerable.Range(0, count).Select(_ => test.NewGrain().Do(async _ =>
        {
            while (!Volatile.Read(ref _stop))
            {
                Interlocked.Increment(ref _turns);
                Thread.SpinWait(1000);
                await Task.Yield();
            }
        })));

        /// <summary>How many turns these have while another grain takes its own. Counted there, since the caller hears of the end later.</summary>
        public async Task<int> CountWhileAsync(Func<string, Task> call)
        {
            while (Volatile.Read(ref _turns) < Others) await Task.Yield();
            var (before, after) = (Volatile.Read(ref _turns), 0);
            await TakeTurnsAsync(call, () => after = Volatile.Read(ref _turns)).WaitAsync(Limit.Long);
            return after - before;
        }

        public async ValueTask DisposeAsync()
        {
            Volatile.Write(ref _stop, true);
            await _running.WaitAsync(Limit.Long);
        }
    }

    private sealed class Precedence : ICallPrecedence
    {
        public bool IsForeground(GrainInterfaceType interfaceType, string methodName) => methodName == nameof(IScriptedGrain.RunReadOnly);
    }
}
