using Orleans.Embedded.Tests.Scripting;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Calls;

/// <summary>Values that travel with a call: onwards, never back, and not to others.</summary>
public sealed class RequestContextTests : SiloTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Values_SetByTheCallee_DoNotComeBack(bool remote)
    {
        var grain = (remote ? await Silos.AddClientAsync() : Silos.Local).GetGrain<IOrdersGrain>(Script.NewName());
        RequestContext.Set("tenant", "blue");

        (await grain.SwapContextAsync("tenant", "red")).ShouldBe("blue");

        RequestContext.Get("tenant").ShouldBe("blue");
        (await grain.SwapContextAsync("tenant", "green")).ShouldBe("blue");
        RequestContext.Clear();
    }

    [Fact]
    public async Task Values_OfOneCaller_AreNotSeenByAnother()
    {
        var grain = Grains.GetGrain<IOrdersGrain>(Script.NewName());

        var seen = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
        {
            if (i % 2 == 0) RequestContext.Set("caller", $"{i}");
            return await grain.SwapContextAsync("caller", "somebody else");
        })));

        seen.ShouldBe(Enumerable.Range(0, 50).Select(i => i % 2 == 0 ? $"{i}" : null));
    }

    [Fact]
    public async Task Values_TakenAway_AreNotSent()
    {
        var grain = Grains.GetGrain<IOrdersGrain>(Script.NewName());
        RequestContext.Set("tenant", "blue");

        RequestContext.Remove("tenant").ShouldBeTrue();

        (await grain.SwapContextAsync("tenant", "red")).ShouldBeNull();
    }
}
