using Orleans.Configuration;
using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Activations;

/// <summary>Activations that do not end in time.</summary>
public sealed class AbandonedTests : SiloTest
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(400);

    [Fact]
    public async Task OnDeactivate_DoesNotEnd_IsAbandonedAndCallsGoOn()
    {
        var grain = NewGrain();
        var release = NewSignal();
        Script.LifeOf(grain).OnDeactivate = (_, _, _) => release.Task;
        await grain.Do(static self => self.EndWhenIdle());

        await grain.Do(static _ => { }).WaitAsync(Limit.Long);

        Script.LifeOf(grain).Instances.Count.ShouldBe(2);
        Script.LifeOf(grain).OnDeactivate = static (_, _, _) => Task.CompletedTask;
        release.SetResult();
    }

    [Fact]
    public async Task OnDeactivate_TakesTooLong_ItsTokenIsCancelled()
    {
        var grain = NewGrain();
        var cancelled = NewSignal();
        Script.LifeOf(grain).OnDeactivate = async (_, _, token) =>
        {
            using var registration = token.Register(cancelled.SetResult);
            await cancelled.Task;
        };

        await grain.Do(static self => self.EndWhenIdle());

        await cancelled.Task.WaitAsync(Limit.Long);
        Script.LifeOf(grain).OnDeactivate = static (_, _, _) => Task.CompletedTask;
    }

    [Fact]
    public async Task Deactivate_ACallDoesNotEnd_IsAbandonedAndOthersGoOn()
    {
        var grain = NewReentrantGrain();
        var release = await HoldAsync(grain);

        await grain.Do(static self => self.EndWhenIdle());
        await grain.Do(static _ => { }).WaitAsync(Limit.Long);

        Script.LifeOf(grain).Instances.Count.ShouldBe(2);
        Script.LifeOf(grain).Ends.ShouldBeEmpty();
        release.SetResult();
    }

    protected override void Configure(ISiloBuilder silo) => silo.Configure<GrainCollectionOptions>(static options => options.DeactivationTimeout = s_patience);
}
