using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Activations;

/// <summary>A grain that throws, loops or waits for ever harms only itself and its callers, who are told.</summary>
public sealed class FaultyGrainTests : SiloTest
{
    [Fact]
    public async Task Constructor_Throws_CallersGetItAndTheNextCallTriesAgain()
    {
        var grain = NewGrain();
        Script.LifeOf(grain).OnCreate = static _ => throw new InvalidOperationException("no such luck");

        var failure = await Should.ThrowAsync<InvalidOperationException>(grain.Do(static _ => { }).WaitAsync(Limit.Long));
        Script.LifeOf(grain).OnCreate = static _ => { };

        failure.Message.ShouldBe("no such luck");
        await grain.Do(static _ => { }).WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task OnActivate_Throws_AllWaitingCallersGetItAndTheNextCallTriesAgain()
    {
        var grain = NewGrain();
        var release = NewSignal();
        Script.LifeOf(grain).OnActivate = async (_, _) =>
        {
            await release.Task;
            throw new InvalidOperationException("not today");
        };
        var calls = Enumerable.Range(0, 5).Select(_ => grain.Do(static _ => { })).ToArray();
        release.SetResult();

        foreach (var call in calls) (await Should.ThrowAsync<InvalidOperationException>(call.WaitAsync(Limit.Long))).Message.ShouldBe("not today");
        Script.LifeOf(grain).OnActivate = static (_, _) => Task.CompletedTask;

        await grain.Do(static _ => { }).WaitAsync(Limit.Long);
        Script.LifeOf(grain).Instances.Count.ShouldBe(2);
        Script.LifeOf(grain).Ends.ShouldBeEmpty();
    }

    [Fact]
    public async Task Method_LoopsWithoutEnd_OthersGoOnAndItsCallersAreTold()
    {
        var stop = false;
        var grain = NewGrain();

        await TimeOutWithinAsync(grain, () =>
        {
            while (!Volatile.Read(ref stop)) Thread.SpinWait(100);
            return Task.CompletedTask;
        });
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => NewGrain().Do(static _ => { }))).WaitAsync(Limit.Long);
        await Should.ThrowAsync<TimeoutException>(grain.DoBriefly(static _ => Task.CompletedTask).WaitAsync(Limit.Long));

        Volatile.Write(ref stop, true);
        await grain.Do(static _ => { }).WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task Method_WaitsForEver_OthersGoOnAndItsCallersAreTold()
    {
        var never = NewSignal();
        var grain = NewGrain();

        await TimeOutWithinAsync(grain, () => never.Task);
        await Should.ThrowAsync<TimeoutException>(grain.DoBriefly(static _ => Task.CompletedTask).WaitAsync(Limit.Long));
        await NewGrain().Do(static _ => { }).WaitAsync(Limit.Long);

        never.SetResult();
        await grain.Do(static _ => { }).WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task Method_ThrowsBeforeItsTask_CallerGetsItAndTheGrainGoesOn()
    {
        var grain = NewGrain();

        (await Should.ThrowAsync<InvalidOperationException>(grain.Do((Action<ScriptedGrain>)(static _ => throw new InvalidOperationException("at once")))))
            .Message.ShouldBe("at once");

        await grain.Do(static _ => { }).WaitAsync(Limit.Long);
        Script.LifeOf(grain).Instances.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Task_ThatNobodyWaitsFor_Fails_TheGrainGoesOn()
    {
        var grain = NewGrain();

        await grain.Do(static self =>
        {
            _ = Task.FromException(new InvalidOperationException("unseen"));
            return Task.CompletedTask;
        });

        await grain.Do(static _ => { }).WaitAsync(Limit.Long);
    }

    /// <summary>A call whose time is over while the grain is in <paramref name="script"/>. One that is over before it has begun is made again.</summary>
    private static async Task TimeOutWithinAsync(IScriptedGrain grain, Func<Task> script)
    {
        var entered = NewSignal();
        var within = entered.Task.WaitAsync(Limit.Long);
        do
        {
            await Should.ThrowAsync<TimeoutException>(grain.DoBriefly(_ =>
            {
                entered.TrySetResult();
                return script();
            }).WaitAsync(Limit.Long));
        }
        while (!within.IsCompleted);

        await within;
    }
}
