using System.Net;
using Orleans.Runtime.Networking;
using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Networking;

public sealed class HandshakeRulesTests
{
    private static readonly Hello s_silo = Of(PeerId.OfSilo(Silo(1, 5)));
    private static readonly Hello s_client = Of(PeerId.OfClient(new Guid("00112233-4455-6677-8899-aabbccddeeff")));

    [Fact]
    public void JudgeDialler_ClientOfTheClusterThatMeansThisSilo_IsWelcome() =>
        HandshakeRules.JudgeDialler(s_silo, s_client with { Dialled = Silo(1, 5) }, stopping: false).ShouldBeNull();

    [Fact]
    public void JudgeDialler_AnySiloWillDo_IsWelcome()
    {
        HandshakeRules.JudgeDialler(s_silo, s_client, stopping: false).ShouldBeNull();
        HandshakeRules.JudgeDialler(s_silo, s_client with { Dialled = Silo(9, 0) }, stopping: false).ShouldBeNull();
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(1, 6)]
    [InlineData(2, 5)]
    public void JudgeDialler_AnotherLifeOrSiloIsMeant_SaysTheProcessIsAnother(int port, int generation) =>
        HandshakeRules.JudgeDialler(s_silo, s_client with { Dialled = Silo(port, generation) }, stopping: false)!.Reason.ShouldBe(RefusalReason.OtherProcess);

    [Fact]
    public void JudgeDialler_Stopping_SaysSoOnlyToThoseThatMeanThisSilo()
    {
        HandshakeRules.JudgeDialler(s_silo, s_client, stopping: true)!.Reason.ShouldBe(RefusalReason.Stopping);
        HandshakeRules.JudgeDialler(s_silo, s_client with { Dialled = Silo(1, 4) }, stopping: true)!.Reason.ShouldBe(RefusalReason.OtherProcess);
    }

    [Fact]
    public void Judge_OtherClusterOrService_IsRefusedByBothSides()
    {
        foreach (var stranger in new[] { s_silo with { ClusterId = "b" }, s_silo with { ServiceId = "b" } })
        {
            HandshakeRules.JudgeDialler(stranger, s_client, stopping: false)!.Reason.ShouldBe(RefusalReason.WrongCluster);
            HandshakeRules.JudgeListener(s_client, stranger)!.Reason.ShouldBe(RefusalReason.WrongCluster);
        }
    }

    [Fact]
    public void JudgeListener_AnotherLifeAnswers_SaysTheProcessIsAnother() =>
        HandshakeRules.JudgeListener(s_client with { Dialled = Silo(1, 4) }, s_silo)!.Reason.ShouldBe(RefusalReason.OtherProcess);

    [Fact]
    public void JudgeListener_ClientAnswers_SaysTheProcessIsAnother() =>
        HandshakeRules.JudgeListener(s_silo, s_client)!.Reason.ShouldBe(RefusalReason.OtherProcess);

    [Fact]
    public void Judge_Itself_SaysTheProcessIsAnother() =>
        HandshakeRules.JudgeDialler(s_silo, s_silo, stopping: false)!.Reason.ShouldBe(RefusalReason.OtherProcess);

    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(1, 2, 1, 1, 1)]
    [InlineData(1, 2, 2, 3, 2)]
    [InlineData(1, 5, 2, 4, 4)]
    [InlineData(1, 1, 2, 3, 0)]
    [InlineData(3, 4, 1, 2, 0)]
    public void Negotiate_Ranges_TakesTheSmallerMaximumIfBothSpeakIt(int min, int max, int otherMin, int otherMax, int expected)
    {
        new ProtocolVersions(min, max).Negotiate(new(otherMin, otherMax)).ShouldBe(expected);
        new ProtocolVersions(otherMin, otherMax).Negotiate(new(min, max)).ShouldBe(expected);
    }

    [Fact]
    public void HelloCodec_RoundTrip_KeepsEveryField()
    {
        foreach (var hello in new[] { s_silo, s_client, s_client with { Dialled = Silo(1, 2), Attempt = 77, SoftwareVersion = "9.9" } })
        {
            using var writer = new WireWriter();
            HelloCodec.Write(writer, hello);
            HelloCodec.Read(writer.WrittenSpan[Frames.HeaderSize..]).ShouldBe(hello);
        }
    }

    [Fact]
    public void HelloCodec_TextOfOthers_CannotForgeLogLines()
    {
        using var writer = new WireWriter();
        HelloCodec.Write(writer, s_silo with { SoftwareVersion = "1\r\nERROR all is lost" });
        HelloCodec.Read(writer.WrittenSpan[Frames.HeaderSize..]).SoftwareVersion.ShouldBe("1??ERROR all is lost");
    }

    [Fact]
    public void HelloCodec_Refusal_FitsWhateverItSays()
    {
        using var writer = new WireWriter();
        HelloCodec.Write(writer, new Refusal(RefusalReason.WrongCluster, new string('\u20ac', 100_000)));
        writer.Length.ShouldBeLessThan(HelloCodec.MaxSize);
        var refusal = HelloCodec.ReadRefusal(writer.WrittenSpan[Frames.HeaderSize..]);
        refusal.Reason.ShouldBe(RefusalReason.WrongCluster);
        refusal.Text.ShouldStartWith("\u20ac\u20ac\u20ac");
    }

    private static SiloAddress Silo(int port, int generation) => SiloAddress.New(IPAddress.Loopback, port, generation);

    private static Hello Of(PeerId peer) => new() { Peer = peer, Protocol = ProtocolVersions.Current, ClusterId = "a", ServiceId = "a" };
}
