using System.Text;
using FsCheck.Fluent;
using Orleans.Embedded.Tests.Networking.Support;
using Orleans.Embedded.Tests.Testing;
using Orleans.Runtime.Networking;
using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Networking;

/// <summary>Whatever a process sends, a silo refuses and counts it, and goes on serving others.</summary>
public sealed class HostileInputTests : IAsyncLifetime
{
    private readonly TestNetwork _network = TestNetwork.Loopback;
    private TestNode _silo = null!;

    public async Task InitializeAsync() => _silo = await TestNode.SiloAsync(_network);

    public async Task DisposeAsync()
    {
        await using (var good = TestNode.Client(_network)) (await good.CallAsync(_silo)).ShouldBe("hello");
        await _silo.DisposeAsync();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: silo\r\n\r\n")]
    [InlineData("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 what a TLS client says first")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0")]
    [InlineData("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")]
    public async Task Connect_ForeignFirstBytes_AreRefused(string bytes)
    {
        using var peer = RawPeer.ConnectTo(_silo);

        await peer.SendAsync(Encoding.Latin1.GetBytes(bytes));

        await peer.HungUpAsync();
        await _silo.Metrics.RefusedAsync("unreadable-hello");
    }

    [Fact]
    public async Task Connect_RandomFirstBytes_AreRefused()
    {
        var samples = Sampled.Draw(ArbMap.Default.ArbFor<byte[]>().Generator.Where(bytes => bytes.Length > 0), 40);
        samples.Count(bytes => bytes.Length > 10).ShouldBeGreaterThan(20);
        foreach (var bytes in samples)
        {
            // As the body of a hello, since other lengths would be refused for their length alone.
            using var peer = RawPeer.ConnectTo(_silo);
            await peer.SendAsync(RawPeer.Frame(FrameKind.Hello, bytes));
            var (kind, body) = await peer.ReadFrameAsync();
            kind.ShouldBe(FrameKind.Refusal);
            HelloCodec.ReadRefusal(body).Reason.ShouldBe(RefusalReason.Unreadable);
            await peer.HungUpAsync();
        }

        await _silo.Metrics.RefusedAsync("unreadable-hello", samples.Length);
    }

    [Fact]
    public async Task Connect_HelloWithAnyByteChangedOrCutOff_IsAnsweredWithoutHarm()
    {
        var hello = RawPeer.Hello();
        for (var at = Frames.HeaderSize; at < hello.Length; at++)
        {
            var changed = hello.ToArray();
            changed[at] ^= 0x55;
            using var peer = RawPeer.ConnectTo(_silo);
            await peer.SendAsync(changed);
            (await peer.ReadFrameAsync()).Kind.ShouldBeOneOf(FrameKind.Hello, FrameKind.Refusal);

            using var cut = RawPeer.ConnectTo(_silo);
            await cut.SendAsync(RawPeer.Frame(FrameKind.Hello, hello.AsSpan(Frames.HeaderSize, at - Frames.HeaderSize)));
            (await cut.ReadFrameAsync()).Kind.ShouldBeOneOf(FrameKind.Hello, FrameKind.Refusal);
        }
    }

    [Fact]
    public async Task Connect_LeavesWithinTheHello_IsCounted()
    {
        using (var peer = RawPeer.ConnectTo(_silo)) await peer.SendAsync(RawPeer.Hello().AsMemory(0, 20));

        await _silo.Metrics.RefusedAsync(RefusedBecause.HandshakeLost);
    }

    [Fact]
    public async Task Connect_OneByteAtATimeWithoutEnd_IsRefusedWhenTheTimeIsOver()
    {
        await using var strict = await TestNode.SiloAsync(
            _network, new NodeSettings { Configure = static options => options.HandshakeTimeout = TimeSpan.FromMilliseconds(300) });
        using var peer = RawPeer.ConnectTo(strict);
        var hello = RawPeer.Hello();

        var dripping = Task.Run(async () =>
        {
            foreach (var value in hello.AsMemory(0, hello.Length - 1).ToArray())
            {
                await peer.SendAsync(new[] { value });
                await Task.Delay(10);
            }
        });
        await peer.HungUpAsync();

        await strict.Metrics.RefusedAsync(RefusedBecause.HandshakeTimeout);
        await dripping;
    }

    [Theory]
    [InlineData("elsewhere", "wrong-cluster")]
    [InlineData("", "wrong-cluster")]
    public async Task Connect_WrongCluster_IsRefusedWithBothNames(string cluster, string counted)
    {
        using var peer = RawPeer.ConnectTo(_silo);
        await peer.SendAsync(RawPeer.Hello(cluster: cluster));

        var (kind, body) = await peer.ReadFrameAsync();

        kind.ShouldBe(FrameKind.Refusal);
        var refusal = HelloCodec.ReadRefusal(body);
        refusal.Reason.ShouldBe(RefusalReason.WrongCluster);
        refusal.Text.ShouldContain($"belongs to cluster '{cluster}'");
        refusal.Text.ShouldContain("to cluster 'test'");
        await _silo.Metrics.RefusedAsync(counted);
    }

    [Fact]
    public async Task Connect_MoreThanMayBeUnknown_AreRefusedAtOnce()
    {
        await using var strict = await TestNode.SiloAsync(_network, new NodeSettings { Configure = static options => options.MaxHandshakes = 3 });
        using var one = RawPeer.ConnectTo(strict);
        using var two = RawPeer.ConnectTo(strict);
        using var three = RawPeer.ConnectTo(strict);
        using var four = RawPeer.ConnectTo(strict);

        await four.HungUpAsync();
        strict.Metrics.CountRefused(RefusedBecause.TooManyConnections).ShouldBe(1);
        await one.SendAsync(RawPeer.Hello());
        (await one.ReadFrameAsync()).Kind.ShouldBe(FrameKind.Hello);
    }

    [Fact]
    public async Task Connect_MoreThanMayBeConnected_AreRefused()
    {
        await using var strict = await TestNode.SiloAsync(_network, new NodeSettings { Configure = static options => options.MaxInboundConnections = 1 });
        await using var first = TestNode.Client(_network);
        await using var second = TestNode.Client(_network);
        await first.CallAsync(strict);

        (await Should.ThrowAsync<RejectedException>(() => second.CallAsync(strict))).Reason.ShouldContain("has 1 connections");

        first.Connections.Close(strict.Peer, "room for the other");
        (await strict.NextChangeAsync()).Connected.ShouldBeTrue();
        (await strict.NextChangeAsync()).Connected.ShouldBeFalse();
        (await second.Connections.ConnectAsync(strict.Silo.Endpoint, default)).ShouldBe(strict.Peer);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(64u * 1024 * 1024 + 1)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0xFFFFFFFFu)]
    public async Task Receive_ImpossibleLength_ClosesTheConnection(uint length)
    {
        using var peer = await RawPeer.WelcomeAtAsync(_silo);

        await peer.SendAsync(BitConverter.GetBytes(length));

        await peer.HungUpAsync();
        await _silo.Metrics.RefusedAsync(RefusedBecause.BadFrame);
    }

    [Fact]
    public async Task Receive_GreatLengthClaimed_CostsNoMemoryBeforeTheBytesCome()
    {
        // What comes from memory is read by the thread that asks for it, so that nothing else is counted.
        var reader = new FrameReader(new MemoryStream([.. BitConverter.GetBytes(60u * 1024 * 1024), .. new byte[10_000]]), new NetworkOptions().MaxFrameSize, new NoFrames());
        var before = GC.GetAllocatedBytesForCurrentThread();

        var end = reader.RunAsync();

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
        end.IsCompleted.ShouldBeTrue();
        (await Should.ThrowAsync<EndOfStreamException>(end)).Message.ShouldContain("ended within a frame");
        reader.Received.ShouldBe(10_004);
    }

    [Fact]
    public async Task Receive_FrameCutOff_ClosesTheConnectionWithoutAMessage()
    {
        using (var peer = await RawPeer.WelcomeAtAsync(_silo))
        {
            var call = RawPeer.Call("never whole");
            await peer.SendAsync(call.AsMemory(0, call.Length - 1));
        }

        (await _silo.NextChangeAsync()).Connected.ShouldBeTrue();
        (await _silo.NextChangeAsync()).Reason!.Message.ShouldContain("ended within a frame");
        _silo.Handler.Messages.TryRead(out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(nameof(FrameKind.Hello))]
    [InlineData(nameof(FrameKind.Refusal))]
    [InlineData(nameof(FrameKind.Control))]
    [InlineData(nameof(FrameKind.Ping))]
    [InlineData(nameof(FrameKind.Request))]
    public async Task Receive_FrameThatIsNotWhatItsKindSays_ClosesTheConnection(string kind)
    {
        using var peer = await RawPeer.WelcomeAtAsync(_silo);

        await peer.SendAsync(RawPeer.Frame(Enum.Parse<FrameKind>(kind)));

        await peer.HungUpAsync();
        await _silo.Metrics.RefusedAsync(RefusedBecause.BadFrame);
    }

    [Fact]
    public async Task Receive_AnswersToNoCall_ArePassedOver()
    {
        using var peer = await RawPeer.WelcomeAtAsync(_silo);
        using var answer = new WireWriter();
        ResponseCodec.WriteResult(answer, 4711, "unasked");

        await peer.SendAsync(RawPeer.Frame(FrameKind.Response, answer.WrittenSpan));
        await peer.SendAsync(RawPeer.Frame(FrameKind.Cancel));
        await peer.SendAsync(RawPeer.Call("still there"));

        (await peer.ReadFrameAsync()).Kind.ShouldBe(FrameKind.Response);
        _silo.Metrics.CountRefused(RefusedBecause.UnknownAnswer).ShouldBe(1);
    }

    [Fact]
    public async Task Receive_GroupsNestedWithoutEnd_ClosesTheConnection()
    {
        using var peer = await RawPeer.WelcomeAtAsync(_silo);
        var nested = new byte[100_000];
        Array.Fill(nested, (byte)((15 << 3) | (byte)WireType.Group));

        await peer.SendAsync(RawPeer.Frame(FrameKind.Request, nested));

        await peer.HungUpAsync();
        await _silo.Metrics.RefusedAsync(RefusedBecause.BadFrame);
    }

    [Fact]
    public async Task Receive_CallChainWithoutEnd_ClosesTheConnection()
    {
        using var peer = await RawPeer.WelcomeAtAsync(_silo);
        using var writer = new WireWriter();
        for (var i = 0; i <= CallChain.MaxLength; i++)
        {
            writer.WriteTag(12, WireType.Group);
            writer.EnterGroup();
            writer.WriteEndGroup();
        }

        await peer.SendAsync(RawPeer.Frame(FrameKind.Request, writer.WrittenSpan));

        await peer.HungUpAsync();
        await _silo.Metrics.RefusedAsync(RefusedBecause.BadFrame);
    }

    [Fact]
    public async Task Receive_RandomFramesOfEveryKind_NeverHarmOthers()
    {
        var bodies = ArbMap.Default.ArbFor<byte[]>().Generator.Sample(60, 300).ToArray();
        bodies.Count(bytes => bytes.Length > 10).ShouldBeGreaterThan(30);
        foreach (var (body, kind) in bodies.Zip(Enumerable.Range(0, bodies.Length).Select(i => (FrameKind)(i % 26))))
        {
            using var peer = await RawPeer.WelcomeAtAsync(_silo);
            await peer.SendAsync(RawPeer.Frame(kind, body));
            await peer.SendAsync(body);
        }
    }

    [Fact]
    public async Task Receive_CallWithAnyByteChanged_IsAnsweredRejectedOrEndsTheConnectionOnly()
    {
        var call = RawPeer.Call("some text");
        for (var at = Frames.HeaderSize; at < call.Length; at++)
        {
            var changed = call.ToArray();
            changed[at] ^= 0x2A;
            using var peer = await RawPeer.WelcomeAtAsync(_silo);
            await peer.SendAsync(changed);
            await peer.SendAsync(RawPeer.Frame(FrameKind.Goodbye));
            await peer.SendAsync(RawPeer.Frame(FrameKind.Finished));
            await peer.HungUpAsync();
        }
    }

    [Fact]
    public async Task Answer_ThatCannotBeRead_FailsTheCallAloneAndIsCounted()
    {
        await using var client = TestNode.Client(_network);
        await client.CallAsync(_silo);
        _silo.Handler.Answer = static message => message.CompleteWith(new byte[] { 1, 2, 3 }.AsMemory().Length);

        // A number where a text is expected.
        await Should.ThrowAsync<OrleansException>(() => client.CallAsync(_silo));

        client.Metrics.CountRefused(RefusedBecause.BadAnswer).ShouldBe(1);
        _silo.Handler.Answer = static message => message.CompleteWith("hello");
    }

    private sealed class NoFrames : IFrameSink
    {
        public void OnBatchBegin()
        {
        }

        public void OnFrame(FrameKind kind, ReadOnlySpan<byte> body) => throw new InvalidOperationException("No frame is whole.");

        public void OnBatchEnd()
        {
        }
    }
}
