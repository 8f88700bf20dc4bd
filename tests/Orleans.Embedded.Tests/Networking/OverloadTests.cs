using Orleans.Embedded.Tests.Networking.Support;
using Orleans.Runtime.Networking;

namespace Orleans.Embedded.Tests.Networking;

/// <summary>A peer that is slow costs a bounded amount of memory, and those that call it are told.</summary>
public sealed class OverloadTests
{
    private static readonly NodeSettings s_small = new() { Configure = static options => options.MaxOutboundBytes = 64 << 10 };

    [Fact]
    public async Task Send_PeerReadsNothing_IsRejectedWithPeerAndBytesAndTheRestArrives()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network, s_small);
        await using var other = await TestNode.SiloAsync(network);
        await one.CallAsync(other);
        var (there, _) = network.LinksBetween(one, other);
        there.Hold();

        var calls = Enumerable.Range(0, 60).Select(_ => one.Send(other, new string('x', 10_000))).ToArray();
        var rejected = calls.Where(call => call.End.IsFaulted).ToArray();

        rejected.Length.ShouldBeInRange(30, 55);
        var rejection = (await Should.ThrowAsync<RejectedException>(() => rejected[^1].End)).ShouldBeOfType<RejectedException>();
        rejection.Kind.ShouldBe(RejectionKind.Overloaded);
        rejection.Reason.ShouldMatch(@"^\d{5} bytes wait to be sent to " + other.Peer);
        one.Connections.Connections.Single().QueuedBytes.ShouldBeLessThanOrEqualTo(64 << 10);
        there.Release();
        foreach (var call in calls.Except(rejected)) (await call.End.WaitAsync(TestNode.Patience)).Length.ShouldBe(10_000);
        (await one.CallAsync(other)).ShouldBe("hello");
    }

    [Fact]
    public async Task Send_MoreCallsThanMayWaitForAnswers_IsRejectedUntilOneIsAnswered()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network, new NodeSettings { Configure = static options => options.MaxPendingCalls = 2 });
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.Answer = static _ => { };
        TestCall[] calls = [one.Send(other), one.Send(other)];
        await ReadAsync(other, 1);
        var received = await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);

        var rejection = await Should.ThrowAsync<RejectedException>(() => one.CallAsync(other));

        rejection.Kind.ShouldBe(RejectionKind.Overloaded);
        rejection.Reason.ShouldBe($"2 calls to {other.Peer} wait for their answers");
        received.CompleteWith("room");
        await calls.Single(call => call.Message.CallId == received.CallId).End.WaitAsync(TestNode.Patience);
        other.Handler.Answer = static message => message.CompleteWith("fine");
        (await one.CallAsync(other)).ShouldBe("fine");
    }

    [Fact]
    public async Task Receive_MoreCallsThanMayBeUnderWay_AreRejectedAndCounted()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network, new NodeSettings { Configure = static options => options.MaxUnansweredCalls = 2 });
        other.Handler.Answer = static _ => { };
        TestCall[] calls = [one.Send(other), one.Send(other)];
        Message[] received =
        [
            await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience),
            await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience),
        ];

        (await Should.ThrowAsync<RejectedException>(() => one.CallAsync(other))).Kind.ShouldBe(RejectionKind.Overloaded);

        other.Metrics.CountRefused(RefusedBecause.TooManyCalls).ShouldBe(1);
        foreach (var message in received) message.CompleteWith("done");
        foreach (var call in calls) (await call.End.WaitAsync(TestNode.Patience)).ShouldBe("done");
        other.Handler.Answer = static message => message.CompleteWith("fine");
        (await one.CallAsync(other)).ShouldBe("fine");
    }

    [Fact]
    public async Task Complete_CallerReadsNothing_GreatAnswersAreReplacedByExceptions()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network, s_small);
        await one.CallAsync(other);
        await ReadAsync(other, 1);
        var (_, back) = network.LinksBetween(one, other);
        other.Handler.Answer = static _ => { };
        var calls = Enumerable.Range(0, 60).Select(_ => one.Send(other)).ToArray();
        var received = await ReadAsync(other, 60);
        back.Hold();

        foreach (var message in received) message.CompleteWith(new string('x', 10_000));
        back.Release();

        var answered = 0;
        foreach (var call in calls)
        {
            try
            {
                (await call.End.WaitAsync(TestNode.Patience)).Length.ShouldBe(10_000);
                answered++;
            }
            catch (LimitExceededException exception)
            {
                exception.Message.ShouldMatch(@"^The call has run, but its answer of 100\d\d bytes is lost: \d{5} bytes wait already to be sent to " + one.Peer);
            }
        }

        answered.ShouldBeInRange(5, 30);
        other.Metrics.Sum("orleans-networking-sockets-closed").ShouldBe(0);
    }

    [Fact]
    public async Task Complete_CallerReadsNothingForLong_EndsTheConnection()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network, s_small);
        await one.CallAsync(other);
        await ReadAsync(other, 1);
        var (_, back) = network.LinksBetween(one, other);
        other.Handler.Answer = static _ => { };
        var calls = Enumerable.Range(0, 600).Select(_ => one.Send(other)).ToArray();
        var received = await ReadAsync(other, 600);
        back.Hold();

        foreach (var message in received) message.CompleteWith(new string('x', 10_000));

        await other.Metrics.ReachedAsync("orleans-networking-sockets-closed", "SiloToSilo");
        (await other.NextChangeAsync()).Connected.ShouldBeTrue();
        (await other.NextChangeAsync()).Reason!.Message.ShouldContain("does not read its answers");
        back.Release();
        foreach (var call in calls) await call.End.ContinueWith(static _ => { }, TaskScheduler.Default).WaitAsync(TestNode.Patience);
    }

    [Fact]
    public async Task SendOneWay_PeerReadsNothing_IsDroppedAndCounted()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network, s_small);
        await using var other = await TestNode.SiloAsync(network);
        await one.CallAsync(other);
        var (there, _) = network.LinksBetween(one, other);
        there.Hold();

        for (var i = 0; i < 60; i++) one.Connections.SendOneWay(other.Peer, TestNode.NewMessage(new string('x', 10_000)));

        one.Metrics.Sum("orleans-messaging-sent-dropped", "overload").ShouldBeInRange(30, 55);
        there.Release();
    }

    private static async Task<Message[]> ReadAsync(TestNode node, int count)
    {
        var messages = new Message[count];
        for (var i = 0; i < count; i++) messages[i] = await node.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);
        return messages;
    }
}
