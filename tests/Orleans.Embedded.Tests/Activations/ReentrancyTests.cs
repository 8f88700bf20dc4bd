using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Activations;

/// <summary>Which calls may start while others wait.</summary>
public sealed class ReentrancyTests : SiloTest
{
    [Fact]
    public async Task Call_GrainIsNotReentrant_WaitsForTheEndOfTheOneBefore()
    {
        var grain = NewGrain();
        var release = await HoldAsync(grain);
        var second = grain.Do(_ => release.Task.IsCompleted.ShouldBeTrue());

        await PassThroughAsync();
        second.IsCompleted.ShouldBeFalse();
        release.SetResult();

        await second.WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task Call_GrainIsReentrant_StartsWhileAnotherWaits()
    {
        var grain = NewReentrantGrain();
        var release = await HoldAsync(grain);

        await grain.Do(static _ => { }).WaitAsync(Limit.Long);

        release.SetResult();
    }

    [Fact]
    public async Task AlwaysInterleave_StartsWhileAnotherWaits()
    {
        var grain = NewGrain();
        var release = await HoldAsync(grain);

        await grain.DoInterleaving(static _ => Task.CompletedTask).WaitAsync(Limit.Long);

        release.SetResult();
    }

    [Fact]
    public async Task AlwaysInterleave_WhileItWaits_OthersStart()
    {
        var grain = NewGrain();
        var release = NewSignal();
        var interleaving = grain.DoInterleaving(_ => release.Task);

        await grain.Do(static _ => { }).WaitAsync(Limit.Long);

        release.SetResult();
        await interleaving;
    }

    [Fact]
    public async Task ReadOnly_RunsWithOtherReadersOnly()
    {
        var grain = NewGrain();
        var bothIn = new CountdownEvent(2);
        var allIn = NewSignal();
        var release = NewSignal();
        Task Read() => grain.DoReadOnly(async _ =>
        {
            if (bothIn.Signal()) allIn.SetResult();
            await release.Task;
        });

        Task[] readers = [Read(), Read()];
        await allIn.Task.WaitAsync(Limit.Long);
        var writer = grain.Do(_ => release.Task.IsCompleted.ShouldBeTrue());
        await PassThroughAsync();
        writer.IsCompleted.ShouldBeFalse();
        release.SetResult();

        await Task.WhenAll([.. readers, writer]).WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task ReadOnly_WhileAWriterRuns_Waits()
    {
        var grain = NewGrain();
        var release = await HoldAsync(grain);
        var reader = grain.DoReadOnly(_ =>
        {
            release.Task.IsCompleted.ShouldBeTrue();
            return Task.CompletedTask;
        });

        await PassThroughAsync();
        reader.IsCompleted.ShouldBeFalse();
        release.SetResult();

        await reader.WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task CallChainReentrancy_Allowed_LetsTheCallComeBack()
    {
        var grain = NewGrain();
        var cameBack = false;

        await grain.Do(async self =>
        {
            using (RequestContext.AllowCallChainReentrancy())
                await Other(grain, self).Do(async other => await Other(other, grain).Do(_ => cameBack = true));
        }).WaitAsync(Limit.Long);

        cameBack.ShouldBeTrue();
    }

    [Fact]
    public async Task CallChainReentrancy_Allowed_DoesNotLetOthersIn()
    {
        var grain = NewGrain();
        var entered = NewSignal();
        var release = NewSignal();
        var first = grain.Do(async _ =>
        {
            using (RequestContext.AllowCallChainReentrancy())
            {
                entered.SetResult();
                await release.Task;
            }
        });
        await entered.Task.WaitAsync(Limit.Long);
        var other = grain.Do(_ => release.Task.IsCompleted.ShouldBeTrue());

        await PassThroughAsync();
        other.IsCompleted.ShouldBeFalse();
        release.SetResult();

        await Task.WhenAll(first, other).WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task CallChainReentrancy_Suppressed_IsADeadlockAgain()
    {
        var grain = NewGrain();

        var failure = await Should.ThrowAsync<OrleansMessageRejectionException>(grain.Do(async self =>
        {
            using (RequestContext.AllowCallChainReentrancy())
            using (RequestContext.SuppressCallChainReentrancy())
                await Other(grain, self).Do(async other => await Other(other, grain).Do(static _ => { }));
        }).WaitAsync(Limit.Long));

        failure.Message.ShouldContain("Deadlock");
    }

    [Fact]
    public async Task CallChainReentrancy_SectionHasEnded_IsRestored()
    {
        await NewGrain().Do(static _ =>
        {
            using (RequestContext.AllowCallChainReentrancy()) RequestContext.ReentrancyId.ShouldNotBe(Guid.Empty);
            RequestContext.ReentrancyId.ShouldBe(Guid.Empty);
        });
    }

    /// <summary>Ends when calls that were sent before have reached their grains: local calls are delivered by the caller.</summary>
    private async Task PassThroughAsync() => await NewGrain().Do(static _ => { });

    private static IScriptedGrain Other(IScriptedGrain known, ScriptedGrain caller) =>
        caller.Grains.GetGrain<IScriptedGrain>($"{known.GetPrimaryKeyString()}-other");

    private static IScriptedGrain Other(ScriptedGrain caller, IScriptedGrain target) =>
        caller.Grains.GetGrain<IScriptedGrain>(target.GetPrimaryKeyString());
}
