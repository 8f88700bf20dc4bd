using FsCheck;
using FsCheck.Fluent;
using Orleans.Embedded.Tests.Placement;
using Orleans.Embedded.Tests.Testing;
using Orleans.Runtime.Membership;
using Orleans.Serialization;
using static Orleans.Embedded.Tests.Membership.Cluster;

namespace Orleans.Embedded.Tests.Membership;

public sealed class GossipMessageTests
{
    private static readonly Gen<ClusterView> s_views =
        from silos in Gen.ListOf(RingSamples.Silos)
        from statuses in Gen.ArrayOf(Gen.Elements(Enum.GetValues<SiloStatus>().Except([SiloStatus.None])), silos.Count)
        from version in Gen.Choose(-5, int.MaxValue)
        select View(version, [.. silos.Zip(statuses, Member).DistinctBy(member => member.Silo)]);

    [Fact]
    public void Read_WrittenView_IsTheSame() => Sampled.Check(s_views, view =>
    {
        var read = GossipMessage.Read(Bytes(GossipMessage.Of(view)));

        read.View!.Version.ShouldBe(view.Version);
        read.View.Members.ShouldBe(view.Members);
        read.Suspects.ShouldBeEmpty();
    });

    [Fact]
    public void Read_WrittenSuspects_AreTheSame()
    {
        var read = GossipMessage.Read(Bytes(GossipMessage.Suspecting([Silo(1), Silo(2, 77)])));

        read.View.ShouldBeNull();
        read.Suspects.ShouldBe([Silo(1), Silo(2, 77)]);
    }

    [Fact]
    public void Read_FieldsOfALaterRelease_ArePassedOver()
    {
        using var writer = new WireWriter();
        writer.WriteTag(40, WireType.Group);
        writer.WriteTag(1, WireType.Fixed64);
        writer.WriteFixed64(7);
        writer.WriteEndGroup();
        GossipMessage.Of(ViewOf(3, 1, 2)).Write(writer);
        writer.WriteTag(41, WireType.LengthPrefixed);
        writer.WriteString("more");

        GossipMessage.Read(writer.WrittenSpan).View!.Active.ShouldBe([Silo(1), Silo(2)]);
    }

    [Fact]
    public void Read_ManySuspects_AreLimited() =>
        GossipMessage.Read(Bytes(GossipMessage.Suspecting(Enumerable.Range(1, 500).Select(i => Silo(1, i))))).Suspects.Length.ShouldBe(64);

    /// <summary>Whatever arrives is a message or a format error, and a part of a view is never taken for a whole one.</summary>
    [Fact]
    public void Read_CutOrFlippedBytes_AreRefusedOrComplete()
    {
        var samples = from view in s_views from at in Gen.Choose(0, 1 << 20) from flip in Gen.Choose(0, 255) select (view, at, flip);
        var refused = 0;
        Sampled.Check(samples, sample =>
        {
            var bytes = Bytes(GossipMessage.Of(sample.view));
            foreach (var broken in new[] { bytes[..(sample.at % bytes.Length)], Flip(bytes, sample.at, (byte)sample.flip) })
            {
                try
                {
                    var read = GossipMessage.Read(broken);
                    if (broken.Length < bytes.Length && read.View is not null) read.View.Members.Length.ShouldBe(sample.view.Members.Length);
                }
                catch (WireFormatException)
                {
                    refused++;
                }
            }
        });
        refused.ShouldBeGreaterThan(50);
    }

    private static byte[] Bytes(GossipMessage message)
    {
        using var writer = new WireWriter();
        message.Write(writer);
        return writer.WrittenSpan.ToArray();
    }

    private static byte[] Flip(byte[] bytes, int at, byte with)
    {
        var flipped = (byte[])bytes.Clone();
        flipped[at % bytes.Length] ^= with;
        return flipped;
    }
}
