using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Activations;

public sealed class OverloadTests : SiloTest
{
    private const int MostWaiting = 10_000;

    [Fact]
    public async Task Call_TenThousandWait_IsRefusedAndTheGrainRecovers()
    {
        var grain = NewGrain();
        var release = await HoldAsync(grain);
        var ran = 0;
        var waiting = Enumerable.Range(0, MostWaiting).Select(_ => grain.Do(_ => ran++)).ToArray();

        var refusal = await Should.ThrowAsync<LimitExceededException>(grain.Do(static _ => { }).WaitAsync(Limit.Long));

        refusal.Message.ShouldContain($"{grain.GetGrainId()} is overloaded: 10000 calls wait for it");
        release.SetResult();
        await Task.WhenAll(waiting).WaitAsync(Limit.Long);
        ran.ShouldBe(MostWaiting);
        await grain.Do(static _ => { }).WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task Call_AnotherGrainIsOverloaded_IsNotAffected()
    {
        var grain = NewGrain();
        var release = await HoldAsync(grain);
        var waiting = Enumerable.Range(0, MostWaiting).Select(_ => grain.Do(static _ => { })).ToArray();

        await NewGrain().Do(static _ => { }).WaitAsync(Limit.Long);

        release.SetResult();
        await Task.WhenAll(waiting).WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task Call_WhileActivating_IsRefusedBeyondTheLimitToo()
    {
        var grain = NewGrain();
        var release = NewSignal();
        Script.LifeOf(grain).OnActivate = (_, _) => release.Task;
        var waiting = Enumerable.Range(0, MostWaiting).Select(_ => grain.Do(static _ => { })).ToArray();

        await Should.ThrowAsync<LimitExceededException>(grain.Do(static _ => { }).WaitAsync(Limit.Long));

        release.SetResult();
        await Task.WhenAll(waiting).WaitAsync(Limit.Long);
    }
}
