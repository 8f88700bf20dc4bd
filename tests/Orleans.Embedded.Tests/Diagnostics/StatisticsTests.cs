using Microsoft.Extensions.DependencyInjection;
using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Diagnostics;

/// <summary>What an operator can ask about the grains of a silo: activations, calls, errors, time.</summary>
public sealed class StatisticsTests : SiloTest
{
    private const string GrainClass = "Orleans.Embedded.Tests.Scripting.ScriptedGrain,Orleans.Embedded.Tests";
    private const string GrainType = "scripted";
    // A delay may end a moment before its time.
    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(50), s_delay = TimeSpan.FromMilliseconds(70);
    private readonly Measurements _measurements = new();

    [Fact]
    public async Task CallStatistics_AfterCalls_HaveTheirNumberErrorsAndTime()
    {
        await MakeCallsAsync();

        var all = await Grains.GetGrain<IGrainCallStatistics>(0).GetCallStatistics();

        var counts = all.Where(static counts => counts.GrainType == GrainClass).ShouldHaveSingleItem();
        (counts.Activations, counts.Calls, counts.Errors, counts.SiloAddress).ShouldBe((2, 5, 1, Silos.Runtime().Address));
        counts.LongestTime.ShouldBeGreaterThanOrEqualTo(s_slow);
        counts.TotalTime.ShouldBeGreaterThanOrEqualTo(counts.LongestTime);
        counts.MeanTime.ShouldBe(counts.TotalTime / 5);
        all.ShouldNotContain(static counts => counts.GrainType.Contains("SiloControl"), "the engine's own parts are not shown");
    }

    [Fact]
    public async Task CallStatistics_ActivationHasEnded_KeepItsCalls()
    {
        await MakeCallsAsync();

        await Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

        var counts = (await Grains.GetGrain<IGrainCallStatistics>(0).GetCallStatistics()).Single(static counts => counts.GrainType == GrainClass);
        (counts.Activations, counts.Calls, counts.Errors).ShouldBe((0, 5, 1));
    }

    [Fact]
    public async Task Metrics_AfterCalls_HaveTheSameFigures()
    {
        await MakeCallsAsync();

        _measurements.Of("orleans-grains", GrainType).ShouldBe(2);
        _measurements.Of("orleans-app-requests", GrainType).ShouldBe(5);
        _measurements.Of("orleans-app-requests-failed", GrainType).ShouldBe(1);
        _measurements.Of("orleans-app-requests-time", GrainType).ShouldBeGreaterThanOrEqualTo(s_slow.TotalSeconds);
        _measurements.Of("orleans-catalog-activation-created", GrainType).ShouldBe(2);
    }

    [Fact]
    public async Task Metrics_FailedActivationDeadlockAndOverload_AreCounted()
    {
        var (broken, a, b, busy) = (NewGrain(), NewGrain(), NewGrain(), NewGrain());
        Script.LifeOf(broken).OnActivate = static (_, _) => throw new InvalidOperationException("not today");
        var release = await HoldAsync(busy);
        var waiting = Enumerable.Range(0, 10_000).Select(_ => busy.Do(static _ => { })).ToArray();

        await Should.ThrowAsync<InvalidOperationException>(broken.Do(static _ => { }).WaitAsync(Limit.Long));
        await Should.ThrowAsync<OrleansException>(a.Do(_ => b.Do(_ => a.Do(static _ => { }))).WaitAsync(Limit.Long));
        await Should.ThrowAsync<LimitExceededException>(busy.Do(static _ => { }).WaitAsync(Limit.Long));

        _measurements.Of("orleans-catalog-activation-failed-to-activate", GrainType).ShouldBe(1);
        _measurements.Of("orleans-scheduler-deadlocks", GrainType).ShouldBe(1);
        _measurements.Of("orleans-scheduler-calls-refused", GrainType).ShouldBe(1);
        release.SetResult();
        await Task.WhenAll(waiting).WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task ManagementGrain_DetailedStatistics_NameEachActivationOfTheClassesAskedFor()
    {
        var grains = await MakeCallsAsync();
        var management = Grains.GetGrain<IManagementGrain>(0);

        var details = await management.GetDetailedGrainStatistics([GrainClass]);

        details.Select(static detail => detail.GrainId).ShouldBe(grains.Select(static grain => grain.GetGrainId()), ignoreOrder: true);
        details.ShouldAllBe(detail => detail.GrainType == GrainClass && detail.SiloAddress.Equals(Silos.Runtime().Address));
        (await management.GetDetailedGrainStatistics(["No.Such.Class,Nowhere"])).ShouldBeEmpty();
        (await management.GetActiveGrains(Orleans.Runtime.GrainType.Create(GrainType))).ShouldBe(
            grains.Select(static grain => grain.GetGrainId()), ignoreOrder: true);
    }

    [Fact]
    public async Task ManagementGrain_OneGrain_SaysWhetherAndWhereItIsActive()
    {
        var (active, idle, worker) = (NewGrain(), NewGrain(), Grains.GetGrain<IScriptedWorker>(Script.NewName()));
        await active.Do(static _ => { });
        var management = Grains.GetGrain<IManagementGrain>(0);

        (await management.GetActivationAddress(active)).ShouldBe(Silos.Runtime().Address);
        (await management.GetActivationAddress(idle)).ShouldBeNull();
        (await management.GetGrainActivationCount((GrainReference)active)).ShouldBe(1);
        (await management.GetGrainActivationCount((GrainReference)idle)).ShouldBe(0);
        await Should.ThrowAsync<InvalidOperationException>(async () => await management.GetActivationAddress(worker));
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _measurements.Dispose();
    }

    protected override void Configure(ISiloBuilder silo) => silo.Services.AddSingleton(_measurements.Factory);

    /// <summary>Five calls of two grains: one fails, one is slow.</summary>
    private async Task<IScriptedGrain[]> MakeCallsAsync()
    {
        IScriptedGrain[] grains = [NewGrain(), NewGrain()];
        await grains[0].Do(static _ => { });
        await grains[0].Do(static _ => { });
        await Should.ThrowAsync<InvalidOperationException>(grains[0].Do(static _ => throw new InvalidOperationException("as told")));
        await grains[1].Do(static _ => { });
        await grains[1].Do(static _ => Task.Delay(s_delay));
        foreach (var grain in grains) await WhenIdleAsync(grain);
        return grains;
    }
}
