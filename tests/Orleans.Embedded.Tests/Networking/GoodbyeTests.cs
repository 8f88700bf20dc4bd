using Orleans.Embedded.Tests.Networking.Support;
using Orleans.Embedded.Tests.Testing;

namespace Orleans.Embedded.Tests.Networking;

/// <summary>The graceful end: what is under way is finished, what is new goes elsewhere.</summary>
public sealed class GoodbyeTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("memory")]
    public async Task Stop_CallsUnderWayBothWays_AreAnsweredBeforeItEnds(string kind)
    {
        await using var network = TestNetwork.Of(kind);
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        one.Handler.Answer = other.Handler.Answer = static _ => { };
        var there = one.Send(other);
        var atOther = await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);
        var back = other.Send(one);
        var atOne = await one.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);

        var stop = other.Connections.StopAsync(default);
        atOther.CompleteWith("there");
        (await there.End.WaitAsync(TestNode.Patience)).ShouldBe("there");
        stop.IsCompleted.ShouldBeFalse();
        atOne.CompleteWith("back");
        (await back.End.WaitAsync(TestNode.Patience)).ShouldBe("back");

        await stop.WaitAsync(TestNode.Patience);
        (await one.NextChangeAsync()).ShouldBe(new PeerChange(other.Peer, true, null));
        (await one.NextChangeAsync()).ShouldBe(new PeerChange(other.Peer, false, null));
        await one.Metrics.ReachedAsync("orleans-networking-sockets-closed", "SiloToSilo");
    }

    [Fact]
    public async Task Stop_NewCallsMeanwhile_AreRejectedAsNotRun()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.Answer = static _ => { };
        var old = one.Send(other);
        var received = await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);
        var stop = other.Connections.StopAsync(default);
        (await one.NextChangeAsync()).Connected.ShouldBeTrue();
        (await one.NextChangeAsync()).Connected.ShouldBeFalse();

        var rejection = await Should.ThrowAsync<RejectedException>(() => one.CallAsync(other));

        rejection.Kind.ShouldBe(RejectionKind.Unavailable);
        rejection.Reason.ShouldContain("is stopping");
        received.CompleteWith("still answered");
        (await old.End.WaitAsync(TestNode.Patience)).ShouldBe("still answered");
        await stop.WaitAsync(TestNode.Patience);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("memory")]
    public async Task Stop_UnderConstantLoad_EveryCallIsAnsweredOrRejectedAsNotRun(string kind)
    {
        await using var network = TestNetwork.Of(kind);
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.Records = false;
        var answered = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ran = 0;
        other.Handler.Answer = message =>
        {
            Interlocked.Increment(ref ran);
            ThreadPool.UnsafeQueueUserWorkItem(static m => m.CompleteWith("done"), message, true);
        };
        var load = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                try
                {
                    await one.CallAsync(other);
                    if (Interlocked.Increment(ref answered) == 500) enough.SetResult();
                }
                catch (RejectedException rejection) when (rejection.Kind == RejectionKind.Unavailable)
                {
                    return;
                }
            }
        })).ToArray();
        await enough.Task.WaitAsync(TestNode.Patience);

        await other.Connections.StopAsync(default).WaitAsync(TestNode.Patience);

        await Task.WhenAll(load).WaitAsync(TestNode.Patience);
        answered.ShouldBe(ran);
    }

    [Fact]
    public async Task Stop_CallThatNeverEnds_IsCutOffWhenTheStopIsCancelled()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.Answer = static _ => { };
        var call = one.Send(other);
        await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);
        using var impatience = new CancellationTokenSource();

        var stop = other.Connections.StopAsync(impatience.Token);
        stop.IsCompleted.ShouldBeFalse();
        await impatience.CancelAsync();

        await stop.WaitAsync(TestNode.Patience);
        await Should.ThrowAsync<SiloUnavailableException>(() => call.End.WaitAsync(TestNode.Patience));
    }

    [Fact]
    public async Task Stop_CallThatNeverEnds_IsCutOffAtTheLimit()
    {
        var time = new FakeTime();
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network, new NodeSettings { Time = time });
        other.Handler.Answer = static _ => { };
        var call = one.Send(other);
        await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);

        var stop = other.Connections.StopAsync(default);
        time.Advance(other.Options.GoodbyeTimeout - TimeSpan.FromTicks(1));
        stop.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromTicks(1));

        await stop.WaitAsync(TestNode.Patience);
        await Should.ThrowAsync<SiloUnavailableException>(() => call.End.WaitAsync(TestNode.Patience));
    }

    [Fact]
    public async Task Stop_NothingUnderWay_TheOtherSideLosesNothingAndMayBeDialledByASuccessor()
    {
        await using var network = TestNetwork.Loopback;
        await using var one = await TestNode.SiloAsync(network);
        await using var before = await TestNode.SiloAsync(network);
        await one.CallAsync(before);

        await before.Connections.StopAsync(default).WaitAsync(TestNode.Patience);

        await using var after = await TestNode.SiloAsync(network, new NodeSettings { Port = before.Silo.Endpoint.Port, Generation = 2 });
        (await one.CallAsync(after)).ShouldBe("hello");
    }
}
