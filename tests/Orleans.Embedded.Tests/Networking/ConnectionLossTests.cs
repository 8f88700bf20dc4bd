using Orleans.Embedded.Tests.Networking.Support;
using Orleans.Runtime.Networking;

namespace Orleans.Embedded.Tests.Networking;

/// <summary>What becomes of calls when a connection or the other process is lost.</summary>
public sealed class ConnectionLossTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("memory")]
    public async Task Dispose_OfTheOtherProcess_FailsAllCallsUnderWayAtOnce(string kind)
    {
        await using var network = TestNetwork.Of(kind);
        await using var one = await TestNode.SiloAsync(network);
        var other = await TestNode.SiloAsync(network);
        other.Handler.Answer = static _ => { };
        var calls = Enumerable.Range(0, 100).Select(_ => one.Send(other)).ToArray();
        for (var i = 0; i < calls.Length; i++) await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);

        await other.DisposeAsync();

        foreach (var call in calls)
        {
            (await Should.ThrowAsync<SiloUnavailableException>(() => call.End.WaitAsync(TestNode.Patience))).Message
                .ShouldContain("whether it ran is not known");
            call.Ends.ShouldBe(1);
        }

        (await one.NextChangeAsync()).ShouldBe(new PeerChange(other.Peer, true, null));
        var left = await one.NextChangeAsync();
        left.Connected.ShouldBeFalse();
        left.Reason.ShouldBeOfType<SiloUnavailableException>();
        one.Connections.Connected.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_AfterTheOtherProcessEnded_IsRejectedAtOnceWithTheReason()
    {
        await using var network = TestNetwork.Loopback;
        await using var one = await TestNode.SiloAsync(network);
        var other = await TestNode.SiloAsync(network);
        await one.CallAsync(other);
        await other.DisposeAsync();

        var rejection = await Should.ThrowAsync<RejectedException>(() => CallUntilNotSentAsync(one, other));

        rejection.Kind.ShouldBe(RejectionKind.Unavailable);
        rejection.Reason.ShouldContain("Nobody listens");
    }

    [Fact]
    public async Task Cut_OfTheLink_FailsCallsAndTheNextCallConnectsAgain()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.Answer = static _ => { };
        var call = one.Send(other);
        await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);

        network.Memory.Cut(network.NameOf(one), network.NameOf(other));

        await Should.ThrowAsync<SiloUnavailableException>(() => call.End.WaitAsync(TestNode.Patience));
        other.Handler.Answer = static message => message.CompleteWith("again");
        (await one.CallAsync(other)).ShouldBe("again");
    }

    [Fact]
    public async Task Hold_OfBothDirections_LosesNothing()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        await one.CallAsync(other);
        var (there, back) = network.LinksBetween(one, other);

        there.Hold();
        back.Hold();
        var call = one.Send(other, "patience");
        call.End.IsCompleted.ShouldBeFalse();
        there.Release();
        await ReadUntilAsync(other, "patience");
        call.End.IsCompleted.ShouldBeFalse();
        back.Release();

        (await call.End.WaitAsync(TestNode.Patience)).ShouldBe("patience");
    }

    [Fact]
    public async Task Close_Peer_FailsWhatIsUnderWayAndForgetsThePeer()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.Answer = static _ => { };
        var call = one.Send(other);
        await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);

        one.Connections.Close(other.Peer, "it left the view");

        (await Should.ThrowAsync<SiloUnavailableException>(() => call.End.WaitAsync(TestNode.Patience))).Message.ShouldContain("it left the view");
        one.Connections.LinkCount.ShouldBe(0);
        (await other.NextChangeAsync()).Connected.ShouldBeTrue();
        (await other.NextChangeAsync()).Connected.ShouldBeFalse();
    }

    [Fact]
    public async Task Complete_AfterTheConnectionIsLost_IsDroppedAndCounted()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.Answer = static _ => { };
        var call = one.Send(other);
        var received = await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);
        one.Connections.Close(other.Peer, "gone");
        await other.NextChangeAsync();
        await other.NextChangeAsync();

        received.CompleteWith("nobody waits");

        other.Metrics.Sum("orleans-messaging-sent-dropped", "disconnected").ShouldBe(1);
        await Should.ThrowAsync<SiloUnavailableException>(() => call.End.WaitAsync(TestNode.Patience));
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("memory")]
    public async Task Dispose_WithCallsBothWays_LeavesNothingBehind(string kind)
    {
        await using var network = TestNetwork.Of(kind);
        var one = await TestNode.SiloAsync(network);
        var other = await TestNode.SiloAsync(network);
        one.Handler.Answer = other.Handler.Answer = static _ => { };
        var calls = new[] { one.Send(other), other.Send(one) };
        await one.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);
        await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);
        Connection[] connections = [.. one.Connections.Connections, .. other.Connections.Connections];

        await one.DisposeAsync();
        await other.DisposeAsync();

        foreach (var call in calls) await Should.ThrowAsync<SiloUnavailableException>(() => call.End.WaitAsync(TestNode.Patience));
        connections.ShouldAllBe(connection => connection.Ended.IsCompleted);
        foreach (var node in new[] { one, other })
            node.Metrics.Sum("orleans-networking-sockets-closed").ShouldBe(node.Metrics.Sum("orleans-networking-sockets-opened"));
        if (kind == "memory") await network.Memory.EmptyAsync().WaitAsync(TestNode.Patience);
    }

    [Fact]
    public async Task Dispose_ConnectionHasClosedByItself_WaitsForItsRest()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        using var release = new ManualResetEventSlim();
        await one.CallAsync(other);
        one.Handler.Answer = _ => release.Wait(TestNode.Patience);
        other.Connections.SendOneWay(one.Peer, TestNode.NewMessage("takes long"));
        await one.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);

        // Of the side that has dialled: what has come in is waited for with its listener.
        var connection = one.Connections.Connections.Single();
        connection.IsDialled.ShouldBeTrue();
        connection.Close(new SiloUnavailableException("It was lost."));
        one.Connections.Connections.ShouldBeEmpty();

        var end = one.Connections.DisposeAsync().AsTask();

        await Should.ThrowAsync<TimeoutException>(end.WaitAsync(TimeSpan.FromMilliseconds(200)));
        release.Set();
        await end.WaitAsync(TestNode.Patience);
        connection.Ended.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task Close_InboundConnection_LeavesItsRoomBeforeThatIsTold()
    {
        await using var network = TestNetwork.InMemory();
        await using var silo = await TestNode.SiloAsync(network);
        await using var client = TestNode.Client(network);
        await client.CallAsync(silo);
        silo.Connections.InboundConnections.ShouldBe(1);
        var whenTold = -1;
        silo.Handler.Left = () => whenTold = silo.Connections.InboundConnections;

        client.Connections.Close(silo.Peer, "enough");

        (await silo.NextChangeAsync()).Connected.ShouldBeTrue();
        (await silo.NextChangeAsync()).Connected.ShouldBeFalse();
        whenTold.ShouldBe(0);
    }

    /// <summary>The first call may still find the old connection, and then fails as one that may have run.</summary>
    private static async Task CallUntilNotSentAsync(TestNode from, TestNode to)
    {
        while (true)
        {
            try
            {
                await from.CallAsync(to);
            }
            catch (SiloUnavailableException)
            {
            }
        }
    }

    private static async Task ReadUntilAsync(TestNode node, string text)
    {
        while (((EchoRequest)(await node.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience)).Request).Text != text)
        {
        }
    }
}
