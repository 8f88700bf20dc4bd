using Orleans.Embedded.Tests.Networking.Support;
using Orleans.Runtime.Networking;
using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Networking;

/// <summary>
/// A process of this release and one of the next: the next speaks protocol N and N + 1, writes header fields and sends frames that this
/// one does not know.
/// </summary>
public sealed class RollingUpgradeTests
{
    private const FrameKind FrameOfTheFuture = (FrameKind)77;

    private static readonly NodeSettings s_present = new();

    private static readonly NodeSettings s_next = new()
    {
        Configure = static options => options.Protocol = new ProtocolVersions(ProtocolVersions.Current.Max, ProtocolVersions.Current.Max + 1),
        ExtraHeaderFields = static writer =>
        {
            writer.WriteTag(200, WireType.Varint);
            writer.WriteVarint(12_345);
            writer.WriteTag(201, WireType.Group);
            writer.EnterGroup();
            writer.WriteTag(1, WireType.LengthPrefixed);
            writer.WriteString("priority");
            writer.WriteEndGroup();
            writer.WriteTag(202, WireType.Null);
        },
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_BetweenThisReleaseAndTheNext_WorksWhicheverDials(bool nextDials)
    {
        await using var network = TestNetwork.Loopback;
        await using var present = await TestNode.SiloAsync(network, s_present);
        await using var next = await TestNode.SiloAsync(network, s_next);
        var (dialler, dialled) = nextDials ? (next, present) : (present, next);

        (await dialler.CallAsync(dialled, "over there")).ShouldBe("over there");
        next.Connections.Connections.Single().TrySendRaw(FrameOfTheFuture, "something new"u8).ShouldBeTrue();
        (await dialled.CallAsync(dialler, "and back")).ShouldBe("and back");

        present.Connections.Connections.Single().Remote.Protocol.ShouldBe(ProtocolVersions.Current.Max);
        next.Connections.Connections.Single().Remote.Protocol.ShouldBe(ProtocolVersions.Current.Max);
        await present.Metrics.RefusedAsync(RefusedBecause.UnknownFrame);
        present.Metrics.CountRefused(RefusedBecause.BadFrame).ShouldBe(0);
    }

    [Fact]
    public async Task Call_BetweenTwoOfTheNextRelease_SpeaksTheNewerProtocol()
    {
        await using var network = TestNetwork.Loopback;
        await using var one = await TestNode.SiloAsync(network, s_next);
        await using var other = await TestNode.SiloAsync(network, s_next);

        (await one.CallAsync(other)).ShouldBe("hello");

        one.Connections.Connections.Single().Remote.Protocol.ShouldBe(ProtocolVersions.Current.Max + 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_NoProtocolInCommon_IsRefusedWithBothRanges(bool farFutureDials)
    {
        await using var network = TestNetwork.Loopback;
        await using var present = await TestNode.SiloAsync(network, s_present);
        await using var far = await TestNode.SiloAsync(network, new NodeSettings { Configure = static options => options.Protocol = new ProtocolVersions(3, 4) });
        var (dialler, dialled) = farFutureDials ? (far, present) : (present, far);

        var rejection = await Should.ThrowAsync<RejectedException>(() => dialler.CallAsync(dialled));

        rejection.Kind.ShouldBe(RejectionKind.Unavailable);
        rejection.Reason.ShouldContain(farFutureDials ? "speaks protocol 3 to 4 and" : "speaks protocol 1 and");
        await dialled.Metrics.RefusedAsync("no-common-protocol");
    }

    [Fact]
    public async Task Hello_WithFieldsOfTheFuture_IsUnderstood()
    {
        await using var network = TestNetwork.Loopback;
        await using var silo = await TestNode.SiloAsync(network);

        using var peer = await RawPeer.WelcomeAtAsync(
            silo,
            static writer =>
            {
                writer.WriteTag(100, WireType.LengthPrefixed);
                writer.WriteString("a field of the future");
                writer.WriteTag(101, WireType.Fixed64);
                writer.WriteFixed64(1);
            },
            new ProtocolVersions(1, 9));

        await peer.SendAsync(RawPeer.Call("hello"));
        (await peer.ReadFrameAsync()).Kind.ShouldBe(FrameKind.Response);
    }

    [Fact]
    public void AnswerAndCancel_WithFieldsOfTheFuture_AreUnderstood()
    {
        using var answer = new WireWriter();
        answer.WriteTag(1, WireType.Varint);
        answer.WriteVarint(7);
        answer.WriteTag(90, WireType.LengthPrefixed);
        answer.WriteString("new");
        var reader = new WireReader(answer.WrittenSpan);
        ResponseCodec.ReadHeader(ref reader).CallId.ShouldBe(7);
        reader = new WireReader(answer.WrittenSpan);
        ResponseCodec.ReadCancel(ref reader).ShouldBe(7);
    }
}
