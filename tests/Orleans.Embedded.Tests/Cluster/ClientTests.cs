using Orleans.Embedded.Tests.Cluster.Grains;
using Orleans.Embedded.Tests.Cluster.Support;

namespace Orleans.Embedded.Tests.Cluster;

/// <summary>Clients, from gateways that die to the end of the client.</summary>
public sealed class ClientTests
{
    [Fact]
    public async Task Kill_OfTheGatewayThatAClientCameInBy_LeavesTheClientWorking()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var entry = cluster.Silos[0];
        var client = await cluster.StartClientAsync(entry);
        var elsewhere = client.Grains.GetGrain<IProbeGrain>(cluster.KeyIn<IProbeGrain>(cluster.Silos[1]));
        var there = client.Grains.GetGrain<IProbeGrain>(cluster.KeyIn<IProbeGrain>(entry));
        (await there.WhereAsync()).ShouldBe(entry.Address.ToString());

        await cluster.KillAsync(entry);

        (await elsewhere.WhereAsync()).ShouldBe(cluster.Silos[1].Address.ToString());
        await cluster.DeadAsync(entry);
        (await there.WhereAsync()).ShouldBeOneOf(cluster.Silos[1].Address.ToString(), cluster.Silos[2].Address.ToString());
    }

    [Fact]
    public async Task Start_WithADeadGatewayFirst_TriesTheNext()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var dead = cluster.Silos[0];
        await cluster.KillAsync(dead);

        var client = await cluster.StartClientAsync(dead, cluster.Silos[1]);

        await SiloCluster.ViewAsync(client.Views, view => view.Active.Length == 2);
        (await client.Grains.GetGrain<IProbeGrain>("any").WhereAsync()).ShouldNotBe(dead.Address.ToString());
    }

    [Fact]
    public async Task Observer_InAClient_IsCalledBySilosAndByTheGrainThatMoved()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var board = new NoticeBoard();
        var observer = cluster.Grains.CreateObjectReference<INoticeObserver>(board);
        foreach (var silo in cluster.Silos)
        {
            await cluster.GrainIn<IProbeGrain>(silo).NotifyAsync(observer, "hello");
            (await board.NextAsync()).ShouldBe($"hello from {silo.Address}");
        }

        var stopped = cluster.Silos[2];
        var moving = cluster.GrainIn<IProbeGrain>(stopped);
        await moving.SubscribeAsync(observer);
        (await board.NextAsync()).ShouldBe($"subscribed in {stopped.Address}");
        await cluster.StopAsync(stopped).WaitAsync(SiloCluster.Patience);

        await moving.NotifyAsync(observer, "moved");
        (await board.NextAsync()).ShouldBeOneOf($"moved from {cluster.Silos[0].Address}", $"moved from {cluster.Silos[1].Address}");

        cluster.Grains.DeleteObjectReference<INoticeObserver>(observer);
        await Should.ThrowAsync<ClientNotAvailableException>(() => moving.NotifyAsync(observer, "gone"));
        GC.KeepAlive(board);
    }

    [Fact]
    public async Task Stop_OfAClientWhileACallRuns_EndsTheCallWithAClearError()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var client = await cluster.StartClientAsync();
        var grain = client.Grains.GetGrain<IProbeGrain>("any");
        using var cancellation = new CancellationTokenSource();
        var call = grain.HangAsync("until the client stops", cancellation.Token);
        await cluster.Events.HappenedAsync("hangs: until the client stops");

        using var impatience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await client.Host.StopAsync(impatience.Token);

        (await Should.ThrowAsync<SiloUnavailableException>(() => call.WaitAsync(SiloCluster.Patience))).Message.ShouldContain("ended");
        await cluster.Events.HappenedAsync("cancelled: until the client stops");
        await Should.ThrowAsync<SiloUnavailableException>(() => grain.WhereAsync().WaitAsync(SiloCluster.Patience));
    }
}
