using Orleans.Configuration;
using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Activations;

/// <summary>Which activations end for being idle.</summary>
public sealed class CollectionTests : SiloTest
{
    private IManagementGrain Management => Grains.GetGrain<IManagementGrain>(0);

    [Fact]
    public async Task Collect_GrainIsIdle_EndsWithThatReason()
    {
        var grain = NewGrain();
        await grain.Do(static _ => { });
        await WhenIdleAsync(grain);

        await Management.ForceActivationCollection(TimeSpan.Zero);

        Script.LifeOf(grain).Ends.Select(static reason => reason.ReasonCode).ShouldBe([DeactivationReasonCode.ActivationIdle]);
    }

    [Fact]
    public async Task Collect_GrainWasJustUsed_Stays()
    {
        var grain = NewGrain();
        await grain.Do(static _ => { });

        await Management.ForceActivationCollection(TimeSpan.FromMinutes(5));

        Script.LifeOf(grain).Ends.ShouldBeEmpty();
    }

    [Fact]
    public async Task Collect_ACallRuns_Stays()
    {
        var grain = NewGrain();
        var release = await HoldAsync(grain);

        await Management.ForceActivationCollection(TimeSpan.Zero);
        release.SetResult();
        await grain.Do(static _ => { });

        Script.LifeOf(grain).Ends.ShouldBeEmpty();
    }

    [Fact]
    public async Task Collect_DeactivationWasDelayed_StaysUntilItIsTakenBack()
    {
        var grain = NewGrain();
        await grain.Do(static self => self.DelayEnd(TimeSpan.FromHours(1)));
        await WhenIdleAsync(grain);
        await Management.ForceActivationCollection(TimeSpan.Zero);
        Script.LifeOf(grain).Ends.ShouldBeEmpty();

        await grain.Do(static self => self.DelayEnd(TimeSpan.FromSeconds(-1)));
        await WhenIdleAsync(grain);
        await Management.ForceActivationCollection(TimeSpan.Zero);

        Script.LifeOf(grain).Ends.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Collect_ClassIsKeptAlive_Stays()
    {
        var grain = Grains.GetGrain<IAgeGrain>(0, typeof(KeptAliveGrain).FullName);
        var first = await grain.GetActivation();

        await Management.ForceActivationCollection(TimeSpan.Zero);

        (await grain.GetActivation()).ShouldBe(first);
    }

    [Theory]
    [InlineData(typeof(ShortLivedGrain), 3)]
    [InlineData(typeof(KeptAliveGrain), null)]
    [InlineData(typeof(ConfiguredGrain), 7)]
    [InlineData(typeof(ConfiguredShortLivedGrain), 8)]
    [InlineData(typeof(DefaultAgeGrain), 20)]
    public void Age_IsThatOfTheOperatorElseOfTheClassElseTheDefault(Type grainClass, int? minutes)
    {
        var found = Silos.Runtime().Classes.Single(candidate => candidate.Descriptor.GrainClass == grainClass);

        found.CollectionAge.ShouldBe(minutes is { } value ? TimeSpan.FromMinutes(value) : Timeout.InfiniteTimeSpan);
    }

    protected override void Configure(ISiloBuilder silo) => silo.Configure<GrainCollectionOptions>(static options =>
    {
        options.CollectionAge = TimeSpan.FromMinutes(20);
        options.ClassSpecificCollectionAge[typeof(ConfiguredGrain).FullName!] = TimeSpan.FromMinutes(7);
        options.ClassSpecificCollectionAge[typeof(ConfiguredShortLivedGrain).FullName!] = TimeSpan.FromMinutes(8);
    });
}

internal interface IAgeGrain : IGrainWithIntegerKey
{
    Task<string> GetActivation();
}

internal abstract class AgeGrain : Grain, IAgeGrain
{
    public Task<string> GetActivation() => Task.FromResult(GrainContext.ActivationId.ToString());
}

internal sealed class DefaultAgeGrain : AgeGrain;

[CollectionAgeLimit(Minutes = 3)]
internal sealed class ShortLivedGrain : AgeGrain;

[KeepAlive]
internal sealed class KeptAliveGrain : AgeGrain;

internal sealed class ConfiguredGrain : AgeGrain;

[CollectionAgeLimit(Minutes = 3)]
internal sealed class ConfiguredShortLivedGrain : AgeGrain;
