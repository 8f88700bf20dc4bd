using Microsoft.Extensions.DependencyInjection;
using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Activations;

/// <summary>Grain timers, by a clock that the tests move.</summary>
public sealed class TimerTests : SiloTest
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private readonly FakeTime _time = new();

    [Fact]
    public async Task Timer_TicksWhenDueThenEachPeriod()
    {
        var grain = NewGrain();
        var ticks = new List<TimeSpan>();
        await grain.Do(self => { Register(self, () => ticks.Add(_time.Elapsed), 2, 3); });

        await AdvanceAsync(grain, 9);

        ticks.ShouldBe([Seconds(2), Seconds(5), Seconds(8)]);
    }

    [Fact]
    public async Task Timer_WithoutPeriod_TicksOnce()
    {
        var grain = NewGrain();
        var ticks = 0;
        await grain.Do(self => { self.RegisterGrainTimer(Count, new GrainTimerCreationOptions(s_second, Timeout.InfiniteTimeSpan)); });

        await AdvanceAsync(grain, 10);

        ticks.ShouldBe(1);

        Task Count()
        {
            ticks++;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Timer_TickRunsLonger_ThePeriodCountsFromItsEnd()
    {
        var grain = NewReentrantGrain();
        var ticks = new List<TimeSpan>();
        var release = NewSignal();
        await grain.Do(self => self.RegisterGrainTimer(
            async () =>
            {
                ticks.Add(_time.Elapsed);
                await release.Task;
            },
            s_second,
            s_second));

        await AdvanceAsync(grain, 5);
        ticks.ShouldBe([Seconds(1)]);
        release.SetResult();
        await WhenIdleAsync(grain);
        await AdvanceAsync(grain, 1);

        ticks.ShouldBe([Seconds(1), Seconds(6)]);
    }

    [Fact]
    public async Task Timer_CallRuns_WaitsForItsEnd()
    {
        var grain = NewGrain();
        var ticked = NewSignal();
        var release = NewSignal();
        var call = grain.Do(async self =>
        {
            self.RegisterGrainTimer(
                () =>
                {
                    release.Task.IsCompleted.ShouldBeTrue();
                    ticked.SetResult();
                    return Task.CompletedTask;
                },
                s_second,
                Timeout.InfiniteTimeSpan);
            await release.Task;
        });
        await grain.DoInterleaving(static _ => Task.CompletedTask);

        _time.Advance(5 * s_second);
        await grain.DoInterleaving(static _ => Task.CompletedTask);
        ticked.Task.IsCompleted.ShouldBeFalse();
        release.SetResult();

        await Task.WhenAll(call, ticked.Task).WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task Timer_Interleaves_TicksWhileACallRuns()
    {
        var grain = NewGrain();
        var ticked = NewSignal();
        var call = grain.Do(async self =>
        {
            self.RegisterGrainTimer(
                () =>
                {
                    ticked.SetResult();
                    return Task.CompletedTask;
                },
                new GrainTimerCreationOptions(s_second, Timeout.InfiniteTimeSpan) { Interleave = true });
            await ticked.Task;
        });
        await grain.DoInterleaving(static _ => Task.CompletedTask);

        _time.Advance(s_second);

        await call.WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task Timer_TickRuns_CallsWaitForItsEnd()
    {
        var grain = NewGrain();
        var (ticking, release) = (NewSignal(), NewSignal());
        await grain.Do(self => self.RegisterGrainTimer(
            async () =>
            {
                ticking.SetResult();
                await release.Task;
            },
            s_second,
            Timeout.InfiniteTimeSpan));
        _time.Advance(s_second);
        await ticking.Task.WaitAsync(Limit.Long);

        var call = grain.Do(_ => release.Task.IsCompleted.ShouldBeTrue());
        await grain.DoInterleaving(static _ => Task.CompletedTask);
        call.IsCompleted.ShouldBeFalse();
        release.SetResult();

        await call.WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task Change_TicksByTheNewTimes()
    {
        var grain = NewGrain();
        var ticks = new List<TimeSpan>();
        var timer = await grain.Get(self => Register(self, () => ticks.Add(_time.Elapsed), 2, 2));
        await AdvanceAsync(grain, 3);

        await grain.Do(_ => timer.Change(Seconds(4), Seconds(1)));
        await AdvanceAsync(grain, 6);

        ticks.ShouldBe([Seconds(2), Seconds(7), Seconds(8), Seconds(9)]);
    }

    [Fact]
    public async Task Change_InATick_IsNotUndoneByItsEnd()
    {
        var grain = NewGrain();
        var ticks = new List<TimeSpan>();
        IGrainTimer timer = null!;
        await grain.Do(self => timer = Register(
            self,
            () =>
            {
                ticks.Add(_time.Elapsed);
                timer.Change(Seconds(10), Seconds(10));
            },
            1,
            1));

        await AdvanceAsync(grain, 12);

        ticks.ShouldBe([Seconds(1), Seconds(11)]);
    }

    [Fact]
    public async Task Dispose_NoTickComesAfter()
    {
        var grain = NewGrain();
        var ticks = 0;
        var timer = await grain.Get(self => Register(self, () => ticks++, 1, 1));
        await AdvanceAsync(grain, 2);

        await grain.Do(_ => timer.Dispose());
        await AdvanceAsync(grain, 5);

        ticks.ShouldBe(2);
    }

    [Fact]
    public async Task Dispose_InATick_CancelsItsTokenAndEndsTheTimer()
    {
        var grain = NewGrain();
        var ticks = 0;
        var wasCancelled = false;
        IGrainTimer timer = null!;
        await grain.Do(self => timer = self.RegisterGrainTimer(
            token =>
            {
                ticks++;
                timer.Dispose();
                wasCancelled = token.IsCancellationRequested;
                return Task.CompletedTask;
            },
            s_second,
            s_second));

        await AdvanceAsync(grain, 5);

        (ticks, wasCancelled).ShouldBe((1, true));
    }

    [Fact]
    public async Task Tick_Throws_IsLoggedAndTheTimerGoesOn()
    {
        var grain = NewGrain();
        var ticks = 0;
        var logged = Silos.Log.WaitForAsync(static entry => entry.Exception?.Message == "a bad tick");
        await grain.Do(self => Register(
            self,
            () =>
            {
                ticks++;
                throw new InvalidOperationException("a bad tick");
            },
            1,
            1));

        await AdvanceAsync(grain, 3);

        (await logged).Message.ShouldContain(grain.GetGrainId().ToString());
        ticks.ShouldBe(3);
    }

    [Fact]
    public async Task Deactivation_EndsTheTimers()
    {
        var grain = NewGrain();
        var ticks = 0;
        var first = await grain.Get(self =>
        {
            Register(self, () => ticks++, 1, 1);
            self.EndWhenIdle();
            return self;
        });
        await first.GrainContext.Deactivated.WaitAsync(Limit.Long);

        await AdvanceAsync(grain, 5);

        ticks.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tick_CountsAsUseOnlyIfItKeepsAlive(bool keepAlive)
    {
        var grain = NewGrain();
        var ticked = NewSignal();
        await grain.Do(self => self.RegisterGrainTimer(
            () =>
            {
                ticked.SetResult();
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(s_second, Timeout.InfiniteTimeSpan) { KeepAlive = keepAlive }));
        await WhenIdleAsync(grain);
        var activation = Silos.Runtime().Directory.Find(grain.GetGrainId())!;
        var before = activation.LastUsed;
        while (Environment.TickCount64 == before) await Task.Yield();

        _time.Advance(s_second);
        await ticked.Task.WaitAsync(Limit.Long);
        await WhenIdleAsync(grain);

        (activation.LastUsed > before).ShouldBe(keepAlive);
    }

    [Fact]
    public async Task State_GoesToTheCallback()
    {
        var grain = NewGrain();
        var seen = NewSignal();
        await grain.Do(self => self.RegisterGrainTimer(
            static (state, _) =>
            {
                state.SetResult();
                return Task.CompletedTask;
            },
            seen,
            new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan)));

        _time.Advance(TimeSpan.Zero);

        await seen.Task.WaitAsync(Limit.Long);
    }

    [Theory]
    [InlineData(-2, 1)]
    [InlineData(1, -2)]
    [InlineData(1, 0)]
    public async Task Register_TimeOutOfRange_IsRefused(double due, double period) =>
        await Should.ThrowAsync<ArgumentOutOfRangeException>(NewGrain().Do(self => Register(self, static () => { }, due, period)));

    protected override void Configure(ISiloBuilder silo) => silo.Services.AddSingleton<TimeProvider>(_time);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static IGrainTimer Register(ScriptedGrain self, Action tick, double due, double period) => self.RegisterGrainTimer(
        () =>
        {
            tick();
            return Task.CompletedTask;
        },
        Seconds(due),
        Seconds(period));

    /// <summary>Moves the clock by single seconds, and lets the ticks of each end: where calls wait for them, a call ends after them.</summary>
    private async Task AdvanceAsync(IScriptedGrain grain, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            _time.Advance(s_second);
            await grain.Do(static _ => { }).WaitAsync(Limit.Long);
        }
    }
}
