using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Orleans.Embedded.Tests.Networking.Support;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Networking;

namespace Orleans.Embedded.Tests.Networking;

/// <summary>How connections come about: lazily, once, and not against the will of either side.</summary>
public sealed class DiallingTests
{
    [Fact]
    public async Task Send_ManyCallsToANewPeer_WaitForOneConnectionAndAllArrive()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        var (there, _) = network.LinksBetween(one, other);
        there.Hold();

        var calls = Enumerable.Range(0, 500).Select(i => one.Send(other, $"{i}")).ToArray();
        there.Release();

        (await Task.WhenAll(calls.Select(call => call.End)).WaitAsync(TestNode.Patience)).ShouldBe(Enumerable.Range(0, 500).Select(i => $"{i}"));
        one.Metrics.Sum("orleans-networking-sockets-opened").ShouldBe(1);
    }

    [Fact]
    public async Task Send_ArgumentsChangedWhileTheCallWaits_TheOldOnesArrive()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        var (there, _) = network.LinksBetween(one, other);
        there.Hold();

        var call = one.Send(other, "as it was");
        ((EchoRequest)call.Message.Request).Text = "changed";
        there.Release();

        (await call.End.WaitAsync(TestNode.Patience)).ShouldBe("as it was");
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("memory")]
    public async Task Send_NobodyListens_RejectsAllWaitingCallsAtOnce(string kind)
    {
        await using var network = TestNetwork.Of(kind);
        await using var one = await TestNode.SiloAsync(network);
        await using var absent = await TestNode.SiloAsync(network, new NodeSettings { Listens = false });

        var calls = Enumerable.Range(0, 10).Select(_ => one.Send(absent)).ToArray();

        foreach (var call in calls)
        {
            var rejection = await Should.ThrowAsync<RejectedException>(() => call.End.WaitAsync(TestNode.Patience));
            rejection.Kind.ShouldBe(RejectionKind.Unavailable);
            rejection.Reason.ShouldContain("Nobody listens");
        }
    }

    [Fact]
    public async Task Send_WithinThePauseAfterAFailure_IsRejectedWithoutAnotherAttempt()
    {
        await using var network = TestNetwork.InMemory();
        var dials = new CountingTransport();
        await using var one = await TestNode.SiloAsync(
            network, new NodeSettings { Transport = dials.Wrap, Configure = static options => options.MinRetryDelay = options.MaxRetryDelay = TimeSpan.FromMinutes(1) });
        await using var absent = await TestNode.SiloAsync(network, new NodeSettings { Listens = false });

        for (var i = 0; i < 20; i++)
            await Should.ThrowAsync<RejectedException>(() => one.Send(absent).End.WaitAsync(TestNode.Patience));

        dials.Count.ShouldBe(1);
        (await one.Connections.ProbeAsync(absent.Silo, default)).ShouldBe(ProbeResult.Refused);
        dials.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Send_AfterThePause_TriesAgainAndSucceeds()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(
            network, new NodeSettings { Configure = static options => options.MinRetryDelay = options.MaxRetryDelay = TimeSpan.FromTicks(1) });
        await using var late = await TestNode.SiloAsync(network, new NodeSettings { Listens = false });
        await Should.ThrowAsync<RejectedException>(() => one.CallAsync(late));

        await late.Connections.ListenAsync(late.Silo.Endpoint);

        (await one.CallAsync(late)).ShouldBe("hello");
    }

    [Fact]
    public async Task Send_MoreThanMayWait_IsRejectedAsOverload()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network, new NodeSettings { Configure = static options => options.MaxWaitingMessages = 3 });
        await using var other = await TestNode.SiloAsync(network);
        var (there, _) = network.LinksBetween(one, other);
        there.Hold();
        var waiting = Enumerable.Range(0, 3).Select(_ => one.Send(other)).ToArray();

        var rejection = await Should.ThrowAsync<RejectedException>(() => one.Send(other).End.WaitAsync(TestNode.Patience));

        rejection.Kind.ShouldBe(RejectionKind.Overloaded);
        rejection.Reason.ShouldContain($"wait already for a connection to {other.Peer}");
        there.Release();
        await Task.WhenAll(waiting.Select(call => call.End)).WaitAsync(TestNode.Patience);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ForgetOrCancel_WaitingCall_IsNeverSent(bool cancel)
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        var (there, _) = network.LinksBetween(one, other);
        there.Hold();
        var given = one.Send(other, "given up");
        var kept = one.Send(other, "kept");

        if (cancel) one.Connections.SendCancel(other.Peer, given.Message.CallId);
        else one.Connections.Forget(other.Peer, given.Message.CallId);
        there.Release();

        (await kept.End.WaitAsync(TestNode.Patience)).ShouldBe("kept");
        ((EchoRequest)(await other.Handler.Messages.ReadAsync()).Request).Text.ShouldBe("kept");
        other.Handler.Messages.TryRead(out _).ShouldBeFalse();
        given.Ends.ShouldBe(0);
    }

    [Fact]
    public async Task Send_OtherGenerationListens_IsRejectedAndAProbeSaysTheProcessIsGone()
    {
        await using var network = TestNetwork.Loopback;
        await using var one = await TestNode.SiloAsync(network);
        await using var now = await TestNode.SiloAsync(network, new NodeSettings { Generation = 8 });
        var before = SiloAddress.New(now.Silo.Endpoint, 7);

        var rejection = await Should.ThrowAsync<RejectedException>(() => one.Send(PeerId.OfSilo(before)).End.WaitAsync(TestNode.Patience));

        rejection.Reason.ShouldContain($"{before} was dialled, and {now.Silo} is here");
        (await one.Connections.ProbeAsync(before, default)).ShouldBe(ProbeResult.Refused);
        (await one.Connections.ProbeAsync(now.Silo, default)).ShouldBe(ProbeResult.Ok);
        now.Metrics.CountRefused("other-process").ShouldBe(2);
    }

    [Fact]
    public async Task Connect_ByEndpoint_TellsWhoIsThere()
    {
        await using var network = TestNetwork.Loopback;
        await using var silo = await TestNode.SiloAsync(network, new NodeSettings { Generation = 42 });
        await using var client = TestNode.Client(network);

        (await client.Connections.ConnectAsync(silo.Silo.Endpoint, default)).ShouldBe(silo.Peer);

        (await client.CallAsync(silo)).ShouldBe("hello");
        silo.Metrics.Sum("orleans-networking-sockets-opened").ShouldBe(1);
    }

    [Fact]
    public async Task Connect_NobodyListens_FailsWithSiloUnavailable()
    {
        await using var network = TestNetwork.Loopback;
        await using var absent = await TestNode.SiloAsync(network, new NodeSettings { Listens = false });
        await using var client = TestNode.Client(network);

        await Should.ThrowAsync<SiloUnavailableException>(() => client.Connections.ConnectAsync(absent.Silo.Endpoint, default));
    }

    [Fact]
    public async Task Connect_Twice_TheLaterConnectionTakesTheCallsAndTheEarlierEndsInPeace()
    {
        await using var network = TestNetwork.InMemory();
        await using var silo = await TestNode.SiloAsync(network);
        await using var client = TestNode.Client(network);
        silo.Handler.Answer = static _ => { };
        await client.Connections.ConnectAsync(silo.Silo.Endpoint, default);
        var early = client.Send(silo, "early");
        var received = await silo.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);

        await client.Connections.ConnectAsync(silo.Silo.Endpoint, default);
        received.CompleteWith("answered over the earlier one");

        (await early.End.WaitAsync(TestNode.Patience)).ShouldBe("answered over the earlier one");
        silo.Handler.Answer = static message => message.CompleteWith("later");
        (await client.CallAsync(silo)).ShouldBe("later");
        await client.Metrics.ReachedAsync("orleans-networking-sockets-closed", "ClientToGateway");
        client.Connections.Connections.Count().ShouldBe(1);
        (await client.NextChangeAsync()).Connected.ShouldBeTrue();
        client.Handler.Changes.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Send_BothSidesDialAtOnce_OneConnectionIsLeftAndNoCallIsLost()
    {
        for (var round = 0; round < 20; round++)
        {
            await using var network = TestNetwork.InMemory();
            await using var one = await TestNode.SiloAsync(network);
            await using var other = await TestNode.SiloAsync(network);
            var (there, back) = network.LinksBetween(one, other);
            there.Hold();
            back.Hold();
            TestCall[] calls = [one.Send(other, "there"), other.Send(one, "back")];
            there.Release();
            back.Release();

            (await Task.WhenAll(calls.Select(call => call.End)).WaitAsync(TestNode.Patience)).ShouldBe(["there", "back"]);

            (await one.CallAsync(other, "after")).ShouldBe("after");
            (await other.CallAsync(one, "after")).ShouldBe("after");
            foreach (var node in new[] { one, other })
            {
                await node.Metrics.ReachedAsync("orleans-networking-sockets-opened", "SiloToSilo", 2);
                var superfluous = node.Metrics.Sum("orleans-networking-sockets-opened") - 1;
                await node.Metrics.ReachedAsync("orleans-networking-sockets-closed", "SiloToSilo", superfluous);
                node.Connections.Connections.Count().ShouldBe(1);
            }
        }
    }

    [Fact]
    public async Task Send_ListenerNeverAnswers_IsRejectedWhenTheTimeIsOver()
    {
        await using var network = TestNetwork.Loopback;
        using var silent = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var (_, endpoint) = network.NewEndpoint(0);
        silent.Bind(endpoint);
        silent.Listen();
        await using var one = await TestNode.SiloAsync(
            network, new NodeSettings { Configure = static options => options.ConnectTimeout = TimeSpan.FromMilliseconds(300) });

        var rejection = await Should.ThrowAsync<RejectedException>(
            () => one.Send(PeerId.OfSilo(SiloAddress.New(endpoint, 1))).End.WaitAsync(TestNode.Patience));

        rejection.Kind.ShouldBe(RejectionKind.Unavailable);
        rejection.Reason.ShouldContain("within 00:00:00.3");
    }

    [Fact]
    public async Task Send_AfterStop_IsRejected()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        await one.Connections.StopAsync(default);

        (await Should.ThrowAsync<RejectedException>(() => one.CallAsync(other))).Reason.ShouldContain("is stopping");
    }

    private sealed class CountingTransport : IConnectionFactory
    {
        private IConnectionFactory? _inner;

        public int Count { get; private set; }

        public NetworkTransport Wrap(NetworkTransport transport)
        {
            _inner = transport.Connector;
            return transport with { Connector = this };
        }

        public ValueTask<ConnectionContext> ConnectAsync(System.Net.EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            Count++;
            return _inner!.ConnectAsync(endpoint, cancellationToken);
        }
    }
}
