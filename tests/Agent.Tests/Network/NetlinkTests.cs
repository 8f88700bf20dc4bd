using System.Net.NetworkInformation;
using Warren.Agent.Network.Netlink;

namespace Warren.Agent.Tests.Network;

/// <summary>The bytes are those of the kernel's documentation, written out by hand.</summary>
public sealed class NetlinkTests
{
    [Fact]
    public void Batch_Message_HasHeaderPaddedAttributesAndLengths()
    {
        var batch = new NetlinkBatch()
            .Begin(type: 20, flags: NetlinkBatch.Create, "test").Fixed(1, 2, 3, 4).Attribute(7, "abcd").Nest(9, nest => nest.Attribute(1, (ReadOnlySpan<byte>)[0xff]))
            .Begin(type: 21, flags: 0, "test again");

        batch.Bytes.ToArray().ShouldBe(
        [
            44, 0, 0, 0, 20, 0, 0x05, 0x04, 0, 0, 0, 0, 0, 0, 0, 0,
            1, 2, 3, 4,
            9, 0, 7, 0, (byte)'a', (byte)'b', (byte)'c', (byte)'d', 0, 0, 0, 0,
            12, 0, 9, 0x80, 5, 0, 1, 0, 0xff, 0, 0, 0,
            16, 0, 0, 0, 21, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ]);
        batch.Requests.Select(request => (request.Offset, request.What)).ShouldBe([(0, "test"), (44, "test again")]);
    }

    [Fact]
    public void Batch_AttributeTooLong_IsADefect() =>
        Should.Throw<InvalidOperationException>(() => new NetlinkBatch().Begin(1, 0, "test").Attribute(1, new byte[70_000]));

    [Fact]
    public void Parse_Error_HasNumberAndTheKernelsWords()
    {
        byte[] error =
        [
            52, 0, 0, 0, 2, 0, 0x00, 0x03, 5, 0, 0, 0, 0, 0, 0, 0,
            0xef, 0xff, 0xff, 0xff, 16, 0, 0, 0, 16, 0, 5, 6, 5, 0, 0, 0, 0, 0, 0, 0,
            16, 0, 1, 0, (byte)'n', (byte)'a', (byte)'m', (byte)'e', (byte)' ', (byte)'t', (byte)'a', (byte)'k', (byte)'e', (byte)'n', 0, 0,
        ];

        var message = NetlinkMessage.ParseAll(error).Single();

        message.Error.ShouldBe(Libc.Exists);
        message.Explanation.ShouldBe("name taken");
        new NetlinkException(message.Error, "make the interface x", message.Explanation).Message
            .ShouldBe("could not make the interface x: File exists (errno 17): name taken");
    }

    [Fact]
    public void Parse_ErrorThatRepeatsTheRequest_FindsTheWordsBehindIt()
    {
        byte[] error =
        [
            52, 0, 0, 0, 2, 0, 0x00, 0x02, 5, 0, 0, 0, 0, 0, 0, 0,
            0xea, 0xff, 0xff, 0xff, 20, 0, 0, 0, 16, 0, 5, 6, 5, 0, 0, 0, 0, 0, 0, 0, 9, 9, 9, 9,
            12, 0, 1, 0, (byte)'b', (byte)'a', (byte)'d', 0, 0, 0, 0, 0,
        ];

        NetlinkMessage.ParseAll(error).Single().Explanation.ShouldBe("bad");
    }

    [Theory]
    [InlineData(new byte[] { 40, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 8, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void Parse_LengthThatCannotBe_IsRefused(byte[] bytes) => Should.Throw<InvalidDataException>(() => NetlinkMessage.ParseAll(bytes));

    [Theory]
    [InlineData(new byte[] { 3, 0, 1, 0 })]
    [InlineData(new byte[] { 9, 0, 1, 0, 1 })]
    [InlineData(new byte[] { 5, 0 })]
    public void Attributes_CutShort_AreNone(byte[] bytes) => new NetlinkAttributes(bytes).Find(1).IsEmpty.ShouldBeTrue();

    [Fact]
    public void AddPair_PutsThePeerIntoTheNamespace()
    {
        var batch = new NetlinkBatch().AddPair(
            new VethEnd("wrnouter", null), new VethEnd("eth0", PhysicalAddress.Parse("02-57-0A-D2-00-02")), mtu: 1400, bridge: 7, namespaceFile: 33);

        var message = NetlinkMessage.ParseAll(batch.Bytes).Single();
        var attributes = message.Attributes(LinkMessages.FixedLength);
        message.Type.ShouldBe((ushort)16);
        message.Flags.ShouldBe((ushort)0x605);
        attributes.FindString(3).ShouldBe("wrnouter");
        attributes.FindInt32(4).ShouldBe(1400);
        attributes.FindInt32(10).ShouldBe(7);
        attributes.FindNested(18).FindString(1).ShouldBe("veth");
        var peer = new NetlinkAttributes(attributes.FindNested(18).FindNested(2).Find(1)[LinkMessages.FixedLength..]);
        peer.FindString(3).ShouldBe("eth0");
        peer.FindInt32(28).ShouldBe(33);
        peer.Find(1).ToArray().ShouldBe([0x02, 0x57, 0x0a, 0xd2, 0, 2]);
    }
}
