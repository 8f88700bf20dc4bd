using System.Diagnostics;
using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Activations;

/// <summary>How activations end, and that calls do not notice.</summary>
public sealed class DeactivationTests : SiloTest
{
    [Fact]
    public async Task DeactivateOnIdle_EndsAfterTheCallWithItsReason()
    {
        var grain = NewGrain();
        var first = await grain.Get(static self => self);

        await grain.Do(static self => self.EndWhenIdle());
        await first.GrainContext.Deactivated.WaitAsync(Limit.Long);
        var second = await grain.Get(static self => self);

        second.ShouldNotBeSameAs(first);
        var life = Script.LifeOf(grain);
        life.Ends.Select(static reason => reason.ReasonCode).ShouldBe([DeactivationReasonCode.ApplicationRequested]);
        life.Instances.Count.ShouldBe(2);
        second.GrainContext.ActivationId.ShouldNotBe(first.GrainContext.ActivationId);
    }

    [Fact]
    public async Task DeactivateOnIdle_CallsRun_WaitsForThem()
    {
        var grain = NewReentrantGrain();
        var release = await HoldAsync(grain);
        var first = await grain.Get(static self => self);

        await grain.Do(static self => self.EndWhenIdle());
        Script.LifeOf(grain).Ends.ShouldBeEmpty();
        release.SetResult();

        await first.GrainContext.Deactivated.WaitAsync(Limit.Long);
        Script.LifeOf(grain).Ends.Count.ShouldBe(1);
    }

    [Fact]
    public async Task OnDeactivate_WhileItRuns_CallsWaitForTheNextActivation()
    {
        var grain = NewGrain();
        var first = await grain.Get(static self => self);
        var (ending, release) = (NewSignal(), NewSignal());
        Script.LifeOf(grain).OnDeactivate = async (_, _, _) =>
        {
            ending.SetResult();
            await release.Task;
        };
        await grain.Do(static self => self.EndWhenIdle());
        await ending.Task.WaitAsync(Limit.Long);
        Script.LifeOf(grain).OnDeactivate = static (_, _, _) => Task.CompletedTask;

        var order = new List<int>();
        var calls = Enumerable.Range(0, 100).Select(i => grain.Do(self =>
        {
            self.ShouldNotBeSameAs(first);
            release.Task.IsCompleted.ShouldBeTrue();
            order.Add(i);
        })).ToArray();
        Script.LifeOf(grain).Instances.Count.ShouldBe(1);
        release.SetResult();

        await Task.WhenAll(calls).WaitAsync(Limit.Long);
        order.ShouldBe(Enumerable.Range(0, 100));
        Script.LifeOf(grain).Instances.Count.ShouldBe(2);
    }

    [Fact]
    public async Task DeactivateOnIdle_CallsAreQueued_TheyRunInTheNextActivation()
    {
        var grain = NewGrain();
        var release = NewSignal();
        var first = grain.Do(async self =>
        {
            self.EndWhenIdle();
            await release.Task;
        });
        var calls = Enumerable.Range(0, 20).Select(_ => grain.Do(self => Script.LifeOf(grain).Ends.Count.ShouldBe(1))).ToArray();
        release.SetResult();

        await Task.WhenAll([first, .. calls]).WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task DeactivateOnIdle_AskedTwice_EndsOnceWithTheFirstReason()
    {
        var grain = NewGrain();
        var first = await grain.Get(static self =>
        {
            self.EndWhenIdle();
            self.GrainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, "second thoughts"));
            return self;
        });

        await first.GrainContext.Deactivated.WaitAsync(Limit.Long);

        Script.LifeOf(grain).Ends.Select(static reason => reason.ReasonCode).ShouldBe([DeactivationReasonCode.ApplicationRequested]);
    }

    [Fact]
    public async Task DeactivateOnIdle_FromActivation_CallersGetTheNextActivation()
    {
        var grain = NewGrain();
        Script.LifeOf(grain).OnActivate = (self, _) =>
        {
            if (Script.LifeOf(grain).Instances.Count == 1) self.EndWhenIdle();
            return Task.CompletedTask;
        };

        await grain.Do(static _ => { }).WaitAsync(Limit.Long);

        Script.LifeOf(grain).Instances.Count.ShouldBe(2);
        Script.LifeOf(grain).Ends.Count.ShouldBe(1);
    }

    [Fact]
    public async Task OnDeactivate_Throws_TheNextActivationComesAllTheSame()
    {
        var grain = NewGrain();
        Script.LifeOf(grain).OnDeactivate = static (_, _, _) => throw new InvalidOperationException("no goodbye");
        var logged = Silos.Log.WaitForAsync(static entry => entry.Exception?.Message == "no goodbye");

        await grain.Do(static self => self.EndWhenIdle());
        await grain.Do(static _ => { }).WaitAsync(Limit.Long);

        (await logged).Message.ShouldContain(grain.GetGrainId().ToString());
        Script.LifeOf(grain).Instances.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Deactivated_Ends_TheSiloHasForgottenTheActivation()
    {
        for (var round = 0; round < 500; round++)
        {
            var grain = NewGrain();
            var context = await grain.Get(static self => self.GrainContext);

            context.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "enough"));

            // Asked without a pause: what is to be found is a moment.
            for (var watch = Stopwatch.StartNew(); !context.Deactivated.IsCompleted;) watch.Elapsed.ShouldBeLessThan(Limit.Long);
            Silos.Runtime().Directory.Find(grain.GetGrainId()).ShouldBeNull();
        }
    }

    [Fact]
    public async Task Dispose_GrainIsDisposable_IsDisposedOfAfterOnDeactivate()
    {
        var grain = Grains.GetGrain<IScriptedDisposableGrain>(Script.NewName());

        await grain.Do(static self => self.EndWhenIdle());

        (await Script.LifeOf(grain).Disposed.Task.WaitAsync(Limit.Long)).ShouldBe(1);
    }

    [Fact]
    public async Task Stop_SiloStops_GrainsEndWithThatReason()
    {
        var silos = await TestSilos.StartAsync();
        var grain = silos.Local.GetGrain<IScriptedGrain>(Script.NewName());
        await grain.Do(static _ => { });

        await silos.DisposeAsync();

        var reason = Script.LifeOf(grain).Ends.ShouldHaveSingleItem();
        reason.ReasonCode.ShouldBe(DeactivationReasonCode.ShuttingDown);
    }
}
