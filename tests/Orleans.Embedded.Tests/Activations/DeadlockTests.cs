using System.Diagnostics;
using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Activations;

/// <summary>Calls that wait for themselves end soon, with an error that says how they got there; those that only look like it do not.</summary>
public sealed class DeadlockTests : SiloTest
{
    /// <summary>Well before the time-out of a call.</summary>
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Chain_OfTwoGrains_NamesIt()
    {
        var (a, b) = (NewGrain(), NewGrain());

        var message = await FailAsync(() => a.Do(_ => b.Do(_ => a.Do(static _ => { }))));

        message.ShouldContain($"Deadlock: {Id(a)} (Run) -> {Id(b)} (Run) -> {Id(a)} (Run)");
    }

    [Fact]
    public async Task Chain_OfThreeGrains_NamesIt()
    {
        var (a, b, c) = (NewGrain(), NewGrain(), NewGrain());

        var message = await FailAsync(() => a.Do(_ => b.Do(_ => c.Do(_ => a.Do(static _ => { })))));

        message.ShouldContain($"Deadlock: {Id(a)} (Run) -> {Id(b)} (Run) -> {Id(c)} (Run) -> {Id(a)} (Run)");
    }

    [Fact]
    public async Task Chain_IntoItsMiddle_NamesItFromTheBeginning()
    {
        var (a, b, c) = (NewGrain(), NewGrain(), NewGrain());

        var message = await FailAsync(() => a.Do(_ => b.Do(_ => c.Do(_ => b.Do(static _ => { })))));

        message.ShouldContain($"{Id(a)} (Run) -> {Id(b)} (Run) -> {Id(c)} (Run) -> {Id(b)} (Run)");
    }

    [Fact]
    public async Task Call_ToItself_IsADeadlock()
    {
        var a = NewGrain();

        var message = await FailAsync(() => a.Do(self => self.AsReference<IScriptedGrain>().Do(static _ => { })));

        message.ShouldContain($"Deadlock: {Id(a)} (Run) -> {Id(a)} (Run)");
    }

    [Fact]
    public async Task Chain_FromActivation_IsADeadlock()
    {
        var (a, b) = (NewGrain(), NewGrain());
        Script.LifeOf(a).OnActivate = (_, _) => b.Do(_ => a.Do(static _ => { }));

        var message = await FailAsync(() => a.Do(static _ => { }));

        message.ShouldContain($"{Id(a)} (OnActivateAsync) -> {Id(b)} (Run) -> {Id(a)} (Run)");
    }

    [Fact]
    public async Task Chain_ThatTheGrainCatches_LetsItGoOn()
    {
        var (a, b) = (NewGrain(), NewGrain());
        var caught = false;

        await a.Do(async _ =>
        {
            try
            {
                await b.Do(_ => a.Do(static _ => { }));
            }
            catch (OrleansMessageRejectionException)
            {
                caught = true;
            }
        }).WaitAsync(s_soon);
        await a.Do(static _ => { }).WaitAsync(s_soon);

        caught.ShouldBeTrue();
    }

    [Fact]
    public async Task Chain_GrainIsReentrant_IsNone()
    {
        var (a, b) = (NewReentrantGrain(), NewGrain());

        await a.Do(_ => b.Do(_ => a.Do(static _ => { }))).WaitAsync(s_soon);
    }

    [Fact]
    public async Task Chain_LastMethodInterleaves_IsNone()
    {
        var (a, b) = (NewGrain(), NewGrain());

        await a.Do(_ => b.Do(_ => a.DoInterleaving(static _ => Task.CompletedTask))).WaitAsync(s_soon);
    }

    [Fact]
    public async Task CallBack_ThatNobodyWaitsFor_IsNone()
    {
        var (a, b) = (NewGrain(), NewGrain());
        Task? callBack = null;
        var ran = false;

        await a.Do(_ => b.Do(_ => { callBack = a.Do(_ => ran = true); })).WaitAsync(s_soon);
        await callBack!.WaitAsync(s_soon);

        ran.ShouldBeTrue();
    }

    [Fact]
    public async Task CallBack_WhileTheGrainIsStillAtWork_IsNone()
    {
        var (a, b) = (NewGrain(), NewGrain());
        using var work = new ManualResetEventSlim();
        Task? callBack = null;

        await a.Do(async _ =>
        {
            await b.Do(_ => { callBack = a.Do(static _ => { }); });
            work.Wait(EngineLimits.DeadlockGrace * 1.5);
        }).WaitAsync(s_soon);

        await callBack!.WaitAsync(s_soon);
    }

    [Fact]
    public async Task CallBack_ThatIsOneWay_IsNoneHoweverLongTheChainRuns()
    {
        var (a, b) = (NewGrain(), NewGrain());
        var ran = NewSignal();

        await a.Do(_ => b.Do(async _ =>
        {
            await a.DoOneWay(_ =>
            {
                ran.SetResult();
                return Task.CompletedTask;
            });
            await Task.Delay(EngineLimits.DeadlockGrace * 1.5);
        })).WaitAsync(s_soon);

        await ran.Task.WaitAsync(s_soon);
    }

    [Fact]
    public async Task CallBack_WaitsForAnUnrelatedCallOfTheSameMethod_IsNone()
    {
        var (a, b) = (NewGrain(), NewGrain());
        Task? callBack = null;
        Task? unrelated = null;
        var release = NewSignal();

        // The call-back comes from a chain through a, which has ended when it waits. What it waits for is another call of the same method.
        await a.Do(async _ =>
        {
            unrelated = Task.Run(() => a.Do(_ => release.Task));
            await unrelated.WaitAsync(TimeSpan.FromMilliseconds(50)).ContinueWith(static _ => { }, TaskScheduler.Default);
            await b.Do(_ => { callBack = a.Do(static _ => { }); });
        }).WaitAsync(s_soon);
        await Task.Delay(EngineLimits.DeadlockGrace * 1.5);
        callBack!.IsFaulted.ShouldBeFalse();
        release.SetResult();

        await Task.WhenAll(callBack, unrelated!).WaitAsync(s_soon);
    }

    private static GrainId Id(IScriptedGrain grain) => grain.GetGrainId();

    private static async Task<string> FailAsync(Func<Task> call)
    {
        var watch = Stopwatch.StartNew();
        var failure = await Should.ThrowAsync<OrleansMessageRejectionException>(call().WaitAsync(s_soon));
        watch.Elapsed.ShouldBeGreaterThan(EngineLimits.DeadlockGrace * 0.9);
        return failure.Message;
    }
}
