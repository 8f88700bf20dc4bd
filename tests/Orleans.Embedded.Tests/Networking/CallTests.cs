using Orleans.Embedded.Tests.Networking.Support;
using Orleans.Runtime.Networking;

namespace Orleans.Embedded.Tests.Networking;

/// <summary>Calls over one connection, on the loopback and in memory.</summary>
public sealed class CallTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("memory")]
    public async Task Send_EchoCall_ReturnsItsText(string kind)
    {
        await using var network = TestNetwork.Of(kind);
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);

        (await one.CallAsync(other, "over there")).ShouldBe("over there");
        (await other.CallAsync(one, "and back")).ShouldBe("and back");
        other.Metrics.Sum("orleans-networking-sockets-opened").ShouldBe(1);
    }

    [Fact]
    public async Task Send_Message_ArrivesWithItsHeader()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        var outer = new CallChain(GrainId.Create("service", "web"), "Deploy", 7, null);
        var message = new Message
        {
            CallId = 4711,
            Target = GrainId.Create("echo", "key/with/slashes"),
            Sender = GrainId.Create("task", "web.1"),
            Request = new EchoRequest { Text = "x" },
            ExpiresAt = Environment.TickCount64 + 12_000,
            Chain = new CallChain(GrainId.Create("task", "web.1"), "Start", 4_000_000_000, outer),
            ReentrancyId = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
            RequestContext = new Dictionary<string, object> { ["user"] = "ada", ["attempt"] = 3 },
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            ForwardCount = 2,
            ViewVersion = 99,
        };

        var call = new TestCall(message);
        one.Connections.Send(other.Peer, call);
        (await call.End.WaitAsync(TestNode.Patience)).ShouldBe("x");

        var received = await other.Handler.Messages.ReadAsync();
        received.From.ShouldBe(one.Peer);
        received.CallId.ShouldBe(4711);
        received.Target.ShouldBe(message.Target);
        received.Sender.ShouldBe(message.Sender);
        received.ExpiresAt.ShouldBeInRange(message.ExpiresAt - 100, message.ExpiresAt + 5_000);
        received.Chain!.ToString().ShouldBe("service/web (Deploy) -> task/web.1 (Start)");
        received.Chain.Length.ShouldBe(2);
        (received.Chain.Mark, received.Chain.Outer!.Mark).ShouldBe((4_000_000_000u, 7u));
        received.ReentrancyId.ShouldBe(message.ReentrancyId);
        received.RequestContext.ShouldBe(message.RequestContext);
        received.TraceParent.ShouldBe(message.TraceParent);
        received.ForwardCount.ShouldBe(2);
        received.ViewVersion.ShouldBe(99);
        received.IsOneWay.ShouldBeFalse();
    }

    [Fact]
    public async Task Send_CalleeThrows_CallerGetsTypeAndMessage()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.Answer = static message => message.CompleteWithException(new InvalidOperationException("the disk is full"));

        (await Should.ThrowAsync<InvalidOperationException>(() => one.CallAsync(other))).Message.ShouldBe("the disk is full");
    }

    [Fact]
    public async Task Send_CalleeRejects_CallerGetsKindReasonAndView()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.ViewVersion = 12;
        other.Handler.Answer = static message => message.Reject(RejectionKind.Unavailable, "not mine");

        var rejection = await Should.ThrowAsync<RejectedException>(() => one.CallAsync(other));
        rejection.Kind.ShouldBe(RejectionKind.Unavailable);
        rejection.Reason.ShouldBe("not mine");
        rejection.ViewVersion.ShouldBe(12);
    }

    [Fact]
    public async Task SendOneWay_Message_ArrivesWithoutReplyTo()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.Answer = static _ => { };

        one.Connections.SendOneWay(other.Peer, TestNode.NewMessage("notice"));

        var received = await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);
        received.IsOneWay.ShouldBeTrue();
        ((EchoRequest)received.Request).Text.ShouldBe("notice");
    }

    [Fact]
    public async Task SendControl_Payload_ArrivesUnchanged()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);

        one.Connections.SendControl(other.Peer, 3, [1, 2, 3]);
        var (from, kind, payload) = await other.Handler.Controls.ReadAsync().AsTask().WaitAsync(TestNode.Patience);
        (from, kind).ShouldBe((one.Peer, (byte)3));
        payload.ShouldBe([1, 2, 3]);

        one.Connections.SendControl(other.Peer, 4, []);
        (_, kind, payload) = await other.Handler.Controls.ReadAsync().AsTask().WaitAsync(TestNode.Patience);
        kind.ShouldBe((byte)4);
        payload.ShouldBeEmpty();
    }

    [Fact]
    public async Task SendCancel_CallUnderWay_ReachesTheCalleeAndTheAnswerStillEndsTheCall()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.Answer = static _ => { };
        var call = one.Send(other);
        var received = await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);

        one.Connections.SendCancel(other.Peer, call.Message.CallId);

        (await other.Handler.Cancels.ReadAsync().AsTask().WaitAsync(TestNode.Patience)).ShouldBe((one.Peer, received.CallId));
        received.CompleteWith("cancelled halfway");
        (await call.End.WaitAsync(TestNode.Patience)).ShouldBe("cancelled halfway");
    }

    [Fact]
    public async Task SendCancel_CallThatWasForgotten_ReachesTheCallee()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.Answer = static _ => { };
        var call = one.Send(other);
        await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);

        one.Connections.Forget(other.Peer, call.Message.CallId);
        one.Connections.SendCancel(other.Peer, call.Message.CallId);

        (await other.Handler.Cancels.ReadAsync().AsTask().WaitAsync(TestNode.Patience)).ShouldBe((one.Peer, call.Message.CallId));
        call.Ends.ShouldBe(0);
    }

    [Fact]
    public async Task Forget_CallUnderWay_ItsAnswerIsCountedAndPassedOver()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.Answer = static _ => { };
        var call = one.Send(other);
        var received = await other.Handler.Messages.ReadAsync().AsTask().WaitAsync(TestNode.Patience);

        one.Connections.Forget(other.Peer, call.Message.CallId);
        received.CompleteWith("too late");

        await one.Metrics.RefusedAsync(RefusedBecause.UnknownAnswer);
        call.Ends.ShouldBe(0);
    }

    [Fact]
    public async Task Send_AnswerTwice_SecondIsCountedAndPassedOver()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        Orleans.Serialization.WireWriter answer = new();
        other.Handler.Answer = message =>
        {
            ResponseCodec.WriteResult(answer, message.CallId, "again");
            other.Connections.Connections.Single().TrySendRaw(FrameKind.Response, answer.WrittenSpan);
            message.CompleteWith("once");
        };

        var call = one.Send(other);
        (await call.End.WaitAsync(TestNode.Patience)).ShouldBe("again");

        await one.Metrics.RefusedAsync(RefusedBecause.UnknownAnswer);
        call.Ends.ShouldBe(1);
        other.Handler.Answer = static message => message.CompleteWith("fine");
        (await one.CallAsync(other)).ShouldBe("fine");
    }

    [Fact]
    public async Task Send_UnknownMethod_IsRejectedAndCounted()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.KnowsEcho = false;

        var rejection = await Should.ThrowAsync<RejectedException>(() => one.CallAsync(other));

        rejection.Kind.ShouldBe(RejectionKind.Unrecognised);
        rejection.Reason.ShouldContain("method 000000000000ec40 is not known");
        other.Metrics.CountRefused(RefusedBecause.BadCall).ShouldBe(1);
    }

    [Fact]
    public async Task Send_ArgumentsThatCannotBeRead_AreRejectedAndTheConnectionGoesOn()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);

        // A length-prefixed field of 127 bytes that are not there.
        var call = one.Send(other, "hello", static request =>
        {
            request.Garbage = [(2 << 3) | 2, 0x7F];
            return request;
        });

        (await Should.ThrowAsync<RejectedException>(() => call.End.WaitAsync(TestNode.Patience))).Kind.ShouldBe(RejectionKind.Unrecognised);
        other.Metrics.CountRefused(RefusedBecause.BadCall).ShouldBe(1);
        (await one.CallAsync(other)).ShouldBe("hello");
        other.Metrics.Sum("orleans-networking-sockets-opened").ShouldBe(1);
    }

    [Fact]
    public async Task Send_ArgumentsThatCannotBeWritten_FailsThatCallAlone()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        await one.CallAsync(other);

        var call = one.Send(other, "hello", static request =>
        {
            request.FailsToWrite = new NotSupportedException("no codec");
            return request;
        });

        (await Should.ThrowAsync<NotSupportedException>(() => call.End.WaitAsync(TestNode.Patience))).Message.ShouldBe("no codec");
        (await one.CallAsync(other)).ShouldBe("hello");
    }

    [Fact]
    public async Task Send_HandlerThrows_IsCountedAndTheConnectionGoesOn()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        other.Handler.Answer = static _ => throw new InvalidOperationException("a bug");

        one.Connections.SendOneWay(other.Peer, TestNode.NewMessage("bang"));

        await other.Metrics.RefusedAsync(RefusedBecause.HandlerFailed);
        other.Handler.Answer = static message => message.CompleteWith("fine");
        (await one.CallAsync(other)).ShouldBe("fine");
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("memory")]
    public async Task Send_FrameGreaterThanBuffersAndTlsRecords_ArrivesWhole(string kind)
    {
        await using var network = TestNetwork.Of(kind);
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        var text = string.Create(5_000_000, 0, static (span, _) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = (char)('a' + (i % 26));
        });

        (await one.CallAsync(other, text) == text).ShouldBeTrue();
        (await one.CallAsync(other, "small again")).ShouldBe("small again");
    }

    [Fact]
    public async Task Send_GreaterThanAFrameMayBe_FailsAtTheSender()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network, new NodeSettings { Configure = static options => options.MaxFrameSize = 100_000 });
        await using var other = await TestNode.SiloAsync(network);
        await one.CallAsync(other);

        var failure = await Should.ThrowAsync<OrleansMessageRejectionException>(() => one.CallAsync(other, new string('x', 100_000)));

        failure.Message.ShouldContain("where 100000 are allowed");
        (await one.CallAsync(other)).ShouldBe("hello");
    }

    [Fact]
    public async Task Complete_AnswerGreaterThanAFrameMayBe_CallerGetsAnException()
    {
        await using var network = TestNetwork.InMemory();
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network, new NodeSettings { Configure = static options => options.MaxFrameSize = 100_000 });
        other.Handler.Answer = static message => message.CompleteWith(new string('x', 100_000));

        (await Should.ThrowAsync<OrleansMessageRejectionException>(() => one.CallAsync(other))).Message.ShouldContain("The answer takes");
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("memory")]
    public async Task Send_ManyCallsFromManyThreadsBothWays_EachGetsItsOwnAnswer(string kind)
    {
        await using var network = TestNetwork.Of(kind);
        await using var one = await TestNode.SiloAsync(network);
        await using var other = await TestNode.SiloAsync(network);
        one.Handler.Records = other.Handler.Records = false;
        other.Handler.Answer = static message => ThreadPool.UnsafeQueueUserWorkItem(static m => m.CompleteWith(((EchoRequest)m.Request).Text), message, true);

        await Task.WhenAll(Enumerable.Range(0, 32).Select(worker => Task.Run(async () =>
        {
            var (from, to) = worker % 2 == 0 ? (one, other) : (other, one);
            for (var i = 0; i < 200; i++)
            {
                var text = $"{worker}/{i}";
                (await from.CallAsync(to, text)).ShouldBe(text);
            }
        })));
    }

    [Fact]
    public async Task Send_CallsByAClient_SiloAnswersAndCallsBackOverTheSameConnection()
    {
        await using var network = TestNetwork.InMemory();
        await using var silo = await TestNode.SiloAsync(network);
        await using var client = TestNode.Client(network);

        (await client.CallAsync(silo)).ShouldBe("hello");
        (await silo.CallAsync(client, "observed")).ShouldBe("observed");

        silo.Connections.Connected.ShouldBe([client.Peer]);
        silo.Metrics.Sum("orleans-gateway-connected-clients").ShouldBe(1);
    }

    [Fact]
    public async Task Send_ToAClientThatIsNotConnected_IsRejectedAtOnceAndNothingIsKept()
    {
        await using var network = TestNetwork.InMemory();
        await using var silo = await TestNode.SiloAsync(network);
        var nobody = PeerId.OfClient(new Guid("00112233-4455-6677-8899-aabbccddeeff"));

        var rejection = await Should.ThrowAsync<RejectedException>(() => silo.Send(nobody).End.WaitAsync(TestNode.Patience));

        rejection.Kind.ShouldBe(RejectionKind.ClientNotAvailable);
        silo.Connections.LinkCount.ShouldBe(0);
    }
}
