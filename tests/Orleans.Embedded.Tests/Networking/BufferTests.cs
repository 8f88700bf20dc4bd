using Orleans.Embedded.Tests.Networking.Support;
using Orleans.Runtime.Networking;

namespace Orleans.Embedded.Tests.Networking;

public sealed class BufferTests
{
    [Fact]
    public void OutboundBuffer_AppendWhileABatchIsSent_GivesTheRestNext()
    {
        var buffer = new OutboundBuffer(100);
        buffer.Append([1, 2, 3]);
        var first = buffer.Take();
        buffer.Append([4]);
        buffer.Append([5]);

        first.ToArray().ShouldBe([1, 2, 3]);
        buffer.Pending.ShouldBe(5);
        buffer.Sent();
        buffer.Pending.ShouldBe(2);
        buffer.Take().ToArray().ShouldBe([4, 5]);
        buffer.Sent();
        buffer.IsEmpty.ShouldBeTrue();
        buffer.Release();
    }

    [Fact]
    public void OutboundBuffer_Limit_CountsWhatIsBeingSent()
    {
        var buffer = new OutboundBuffer(10);
        buffer.HasRoomFor(1_000_000).ShouldBeTrue();
        buffer.Append(new byte[8]);
        buffer.HasRoomFor(2).ShouldBeTrue();
        buffer.HasRoomFor(3).ShouldBeFalse();
        buffer.HasRoomFor(3, reserve: 1).ShouldBeTrue();
        buffer.Take();
        buffer.HasRoomFor(3).ShouldBeFalse();
        buffer.Sent();
        buffer.HasRoomFor(3).ShouldBeTrue();
        buffer.Release();
    }

    [Fact]
    public void OutboundBuffer_ManySizes_KeepsEveryByte()
    {
        var buffer = new OutboundBuffer(int.MaxValue);
        var sent = new List<byte>();
        var expected = new List<byte>();
        for (var i = 0; i < 300; i++)
        {
            var bytes = new byte[i * 37 % 9_000];
            Array.Fill(bytes, (byte)i);
            buffer.Append(bytes);
            expected.AddRange(bytes);
            if (i % 7 != 0) continue;
            sent.AddRange(buffer.Take().Span);
            buffer.Sent();
        }

        sent.AddRange(buffer.Take().Span);
        sent.SequenceEqual(expected).ShouldBeTrue();
        buffer.Release();
    }

    [Fact]
    public void WaitingMessages_Limits_AreCountAndBytes()
    {
        var waiting = new WaitingMessages(3, 100);
        waiting.TryAdd(Control(500)).ShouldBeTrue();
        waiting.TryAdd(Control(1)).ShouldBeFalse();
        waiting.TakeAll().Length.ShouldBe(1);

        waiting.TryAdd(Control(50)).ShouldBeTrue();
        waiting.TryAdd(Control(50)).ShouldBeTrue();
        waiting.TryAdd(Control(1)).ShouldBeFalse();
        waiting.TryAdd(Control(0)).ShouldBeTrue();
        waiting.TryAdd(Control(0)).ShouldBeFalse();
        waiting.Count.ShouldBe(3);
        waiting.Bytes.ShouldBe(100);
    }

    [Fact]
    public void WaitingMessages_Remove_TakesOneCallAndKeepsTheOrderOfTheRest()
    {
        var waiting = new WaitingMessages(10, 100);
        var calls = Enumerable.Range(0, 3).Select(i => TestNode.NewCall($"{i}")).ToArray();
        foreach (var call in calls) waiting.TryAdd(new WaitingMessage(call, null, 0, default));
        waiting.TryAdd(Control(5));

        waiting.Remove(calls[1].Message.CallId).ShouldBeTrue();
        waiting.Remove(calls[1].Message.CallId).ShouldBeFalse();

        waiting.TakeAll().Select(message => message.Call).ShouldBe([calls[0], calls[2], null]);
        waiting.Remove(calls[0].Message.CallId).ShouldBeFalse();
        (waiting.Count, waiting.Bytes).ShouldBe((0, 0L));
    }

    [Theory]
    [InlineData(1, 0, 100)]
    [InlineData(2, 0, 200)]
    [InlineData(5, 0, 1600)]
    [InlineData(6, 0, 2000)]
    [InlineData(1_000_000, 0, 2000)]
    [InlineData(2, 1, 150)]
    [InlineData(100, 1, 1500)]
    public void RetryDelay_Failures_DoublesUpToTheLimitAndScattersBelow(int failures, double chance, int expected) =>
        RetryDelay.After(failures, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2), chance).ShouldBe(TimeSpan.FromMilliseconds(expected));

    [Fact]
    public void NetworkOptions_EveryProblem_IsNamedWithRuleAndValue()
    {
        new NetworkOptions().Validate().ShouldBeEmpty();
        new NetworkOptions
        {
            MaxFrameSize = 1,
            ConnectTimeout = TimeSpan.Zero,
            MaxRetryDelay = TimeSpan.FromTicks(1),
            ClientSilenceLimit = TimeSpan.FromSeconds(9),
            Protocol = new ProtocolVersions(2, 1),
        }.Validate().ShouldBe(
        [
            "MaxFrameSize: must be at least 65536, was 1",
            "ConnectTimeout: must be positive, was 00:00:00",
            "MaxRetryDelay: must not be less than MinRetryDelay (00:00:00.1000000), was 00:00:00.0000001",
            "ClientSilenceLimit: must be at least twice KeepAliveInterval (00:00:05), was 00:00:09",
            "Protocol: 2 to 1 is no range",
        ]);
    }

    private static WaitingMessage Control(int bytes) => new(null, null, 1, EncodedBody.Of(new byte[bytes]));
}
