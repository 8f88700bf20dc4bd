using System.Net;
using System.Net.Sockets;
using Orleans.Embedded.Tests.Networking.Support;
using Orleans.Embedded.Tests.Testing;
using Orleans.Runtime.Membership;

namespace Orleans.Embedded.Tests.Networking;

/// <summary>Signs of life: on demand for membership, and to keep connections alive.</summary>
public sealed class ProbeTests
{
    [Fact]
    public async Task Probe_LivingSilo_IsOkWhateverItsGrainsDo()
    {
        await using var network = TestNetwork.Loopback;
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.Answer = static _ => { };
        one.Send(other);

        (await one.Connections.ProbeAsync(other.Silo, default).WaitAsync(TestNode.Patience)).ShouldBe(ProbeResult.Ok);
        (await one.Connections.ProbeAsync(other.Silo, default).WaitAsync(TestNode.Patience)).ShouldBe(ProbeResult.Ok);

        other.Metrics.Sum("orleans-messaging-pings-received").ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Probe_FrozenSilo_IsOkWhenItGoesOnAndTimedOutWhenTheProbeGivesUpFirst(bool connected)
    {
        await using var network = TestNetwork.InMemory();
        // An attempt to connect may give up; the probe then makes another.
        await using var one = await TestNode.SiloAsync(
            network, new NodeSettings { Configure = options => options.ConnectTimeout = connected ? TestNode.Patience : TimeSpan.FromMilliseconds(50) });
        await using var other = await TestNode.SiloAsync(network);
        if (connected) await one.CallAsync(other);
        var (there, back) = network.LinksBetween(one, other);
        there.Hold();
        back.Hold();
        using var impatience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        (await one.Connections.ProbeAsync(other.Silo, impatience.Token).WaitAsync(TestNode.Patience)).ShouldBe(ProbeResult.TimedOut);
        var patient = one.Connections.ProbeAsync(other.Silo, default);
        patient.IsCompleted.ShouldBeFalse();
        there.Release();
        back.Release();

        (await patient.WaitAsync(TestNode.Patience)).ShouldBe(ProbeResult.Ok);
    }

    [Fact]
    public async Task Probe_ProcessEndsMeanwhile_IsRefused()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        await one.CallAsync(other);
        var (there, _) = network.LinksBetween(one, other);
        there.Hold();
        var probe = one.Connections.ProbeAsync(other.Silo, default);

        await network.Memory.KillAsync(network.NameOf(other));
        there.Release();

        (await probe.WaitAsync(TestNode.Patience)).ShouldBe(ProbeResult.Refused);
    }

    [Fact]
    public async Task Probe_StoppingSilo_IsOk()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.Answer = static _ => { };
        one.Send(other);
        var received = await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);
        var stop = other.Connections.StopAsync(default);
        await one.NextChangeAsync();
        await one.NextChangeAsync();

        (await one.Connections.ProbeAsync(other.Silo, default).WaitAsync(TestNode.Patience)).ShouldBe(ProbeResult.Ok);

        received.CompleteWith("done");
        await stop.WaitAsync(TestNode.Patience);
    }

    [Fact]
    public async Task Probe_OtherCluster_IsTimedOutBecauseNothingIsKnownOfTheProcess()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var stranger = await TestNode.SiloAsync(network, new NodeSettings { ClusterId = "elsewhere" });

        (await one.Connections.ProbeAsync(stranger.Silo, default).WaitAsync(TestNode.Patience)).ShouldBe(ProbeResult.TimedOut);
    }

    [Fact]
    public async Task Probe_ListenerThatCutsConnectionsOff_IsBroken()
    {
        await using var network = TestNetwork.Loopback;
        await using var one = await TestNode.SiloAsync(network);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();

        var probe = one.Connections.ProbeAsync(SiloAddress.New((IPEndPoint)listener.LocalEndPoint!, 1), default);
        (await listener.AcceptAsync()).Close(timeout: 0);

        (await probe.WaitAsync(TestNode.Patience)).ShouldBe(ProbeResult.Broken);
    }

    [Fact]
    public async Task KeepAlive_SilentClient_IsClosedAtTheLimit()
    {
        var time = new FakeTime();
        await using var network = TestNetwork.InMemory();
        await using var silo = await TestNode.SiloAsync(network, Ticking(time));
        await using var client = TestNode.Client(network, new NodeSettings { Name = "client" });
        await client.CallAsync(silo);
        network.Memory.Link("client", network.NameOf(silo)).Hold();

        await TickAsync(silo, time, 7);

        (await silo.NextChangeAsync()).Connected.ShouldBeTrue();
        (await silo.NextChangeAsync()).Reason!.Message.ShouldContain("Nothing came from client");
        silo.Metrics.Sum("orleans-messaging-pings-sent").ShouldBe(5);
        network.Memory.Link("client", network.NameOf(silo)).Release();
    }

    [Fact]
    public async Task KeepAlive_SilentSilo_IsPingedAndNeverClosed()
    {
        var time = new FakeTime();
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network, Ticking(time));
        await using var other = await TestNode.SiloAsync(network);
        await one.CallAsync(other);
        var (_, back) = network.LinksBetween(one, other);
        back.Hold();

        await TickAsync(one, time, 20);

        one.Connections.Connected.ShouldBe([other.Peer]);
        one.Metrics.Sum("orleans-messaging-pings-sent").ShouldBe(19);
        back.Release();
        (await one.CallAsync(other)).ShouldBe("hello");
    }

    [Fact]
    public async Task KeepAlive_ClientThatAnswersPings_StaysConnected()
    {
        var time = new FakeTime();
        await using var network = TestNetwork.InMemory();
        await using var silo = await TestNode.SiloAsync(network, Ticking(time));
        await using var client = TestNode.Client(network);
        await client.CallAsync(silo);

        for (var tick = 0; tick < 20; tick++)
        {
            var answered = silo.Metrics.Sum("orleans-messaging-pings-reply-received");
            await TickAsync(silo, time, 1);
            if (silo.Metrics.Sum("orleans-messaging-pings-sent") > answered)
                await silo.Metrics.ReachedAsync("orleans-messaging-pings-reply-received", null, answered + 1);
        }

        silo.Connections.Connected.ShouldBe([client.Peer]);
    }

    /// <summary>Lets the keep-alive timer run so many times, each round to its end.</summary>
    private static async Task TickAsync(TestNode node, FakeTime time, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await time.WhenTimersDueAsync(node.Options.KeepAliveInterval, 1);
            time.Advance(node.Options.KeepAliveInterval);
        }

        await time.WhenTimersDueAsync(node.Options.KeepAliveInterval, 1);
    }

    /// <summary>No timer but that of the keep-alive is due within its interval.</summary>
    private static NodeSettings Ticking(FakeTime time) => new()
    {
        Time = time,
        Configure = static options => options.HandshakeTimeout = options.ConnectTimeout = TimeSpan.FromHours(1),
    };
}
