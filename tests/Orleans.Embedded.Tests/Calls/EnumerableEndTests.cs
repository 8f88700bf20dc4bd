using Microsoft.Extensions.DependencyInjection;
using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Calls;

/// <summary>Asynchronous sequences of a grain that goes, by a clock that stands.</summary>
public sealed class EnumerableEndTests : SiloTest
{
    [Fact]
    public async Task Stream_WaitsForAnItemWhileItsGrainGoes_HoldsUpNoCall()
    {
        var name = Script.NewName();
        var (gate, waits) = (StreamGate.Of(name), NewSignal());
        gate.NextAsync = async (_, token) =>
        {
            waits.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return true;
        };
        var grain = Grains.GetGrain<IOrdersGrain>(Script.NewName());
        var reading = grain.StreamAsync(name).ToListAsync().AsTask();
        await waits.Task.WaitAsync(Limit.Long);

        Silos.Runtime().Directory.Find(grain.GetGrainId())!.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "enough"));

        (await grain.SumAsync(1, 2).WaitAsync(Limit.Long)).ShouldBe(3);
        await Should.ThrowAsync<EnumerationAbortedException>(reading.WaitAsync(Limit.Long));
        (await gate.Ended.Task.WaitAsync(Limit.Long)).ShouldBeTrue();
    }

    protected override void Configure(ISiloBuilder silo) => silo.Services.AddSingleton<TimeProvider>(new FakeTime());
}
