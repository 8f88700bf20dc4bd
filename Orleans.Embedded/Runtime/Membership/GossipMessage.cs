using System.Collections.Immutable;
using Orleans.Serialization;

namespace Orleans.Runtime.Membership;

/// <summary>
/// What silos tell one another, and clients, about the cluster: a view, or silos that the receiver should probe at once. Tagged
/// fields; those that a receiver does not know are passed over.
/// </summary>
/// <param name="View">The sender's view; null for none.</param>
/// <param name="Suspects">Silos that the sender has reason to believe dead.</param>
internal sealed record GossipMessage(ClusterView? View, ImmutableArray<SiloAddress> Suspects)
{
    /// <summary>Suspects that are read from one message; more would only be a way to make a silo send.</summary>
    private const int MaxSuspects = 64;

    private const uint ViewField = 1;
    private const uint SuspectField = 2;
    private const uint VersionField = 1;
    private const uint MemberField = 2;
    private const uint MemberCountField = 3;
    private const uint AddressField = 1;
    private const uint StatusField = 2;
    private const uint NameField = 3;
    private const uint GatewayPortField = 4;

    public static GossipMessage Of(ClusterView view) => new(view, []);

    public static GossipMessage Suspecting(IEnumerable<SiloAddress> suspects) => new(null, [.. suspects]);

    public void Write(WireWriter writer)
    {
        if (View is not null)
        {
            writer.WriteTag(ViewField, WireType.Group);
            Write(writer, View);
        }

        foreach (var suspect in Suspects)
        {
            writer.WriteTag(SuspectField, WireType.LengthPrefixed);
            writer.WriteString(suspect.ToParsableString());
        }
    }

    /// <exception cref="WireFormatException">The bytes are no such message.</exception>
    public static GossipMessage Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        ClusterView? view = null;
        var suspects = ImmutableArray.CreateBuilder<SiloAddress>();
        while (reader.TryReadTag(out var id, out var type))
        {
            if (id == ViewField && type == WireType.Group)
                view = ReadView(ref reader);
            else if (id == SuspectField && type == WireType.LengthPrefixed && suspects.Count < MaxSuspects)
                suspects.Add(ReadAddress(ref reader));
            else
                reader.Skip(type);
        }

        return new GossipMessage(view, suspects.ToImmutable());
    }

    private static void Write(WireWriter writer, ClusterView view)
    {
        writer.WriteTag(VersionField, WireType.Varint);
        writer.WriteSignedVarint(view.Version.Value);
        // A silo that is missing from a view is dead, so a view that was cut short must not pass for a whole one.
        writer.WriteTag(MemberCountField, WireType.Varint);
        writer.WriteVarint((ulong)view.Members.Length);
        foreach (var member in view.Members)
        {
            writer.WriteTag(MemberField, WireType.Group);
            writer.WriteTag(AddressField, WireType.LengthPrefixed);
            writer.WriteString(member.Silo.ToParsableString());
            writer.WriteTag(StatusField, WireType.Varint);
            writer.WriteVarint((ulong)member.Status);
            writer.WriteTag(NameField, WireType.LengthPrefixed);
            writer.WriteString(member.Name);
            writer.WriteTag(GatewayPortField, WireType.Varint);
            writer.WriteVarint((ulong)member.GatewayPort);
            writer.WriteEndGroup();
        }

        writer.WriteEndGroup();
    }

    private static ClusterView ReadView(ref WireReader reader)
    {
        long? version = null;
        ulong? count = null;
        var members = new Dictionary<SiloAddress, ViewMember>();
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            if (id == VersionField && type == WireType.Varint)
            {
                version = reader.ReadSignedVarint();
            }
            else if (id == MemberCountField && type == WireType.Varint)
            {
                count = reader.ReadVarint();
            }
            else if (id == MemberField && type == WireType.Group)
            {
                var member = ReadMember(ref reader);
                if (!members.TryAdd(member.Silo, member)) throw new WireFormatException($"a view names {member.Silo} twice");
            }
            else
            {
                reader.Skip(type);
            }
        }

        reader.LeaveGroup();
        if (version is null) throw new WireFormatException("a view has no version");
        if (count != (ulong)members.Count) throw new WireFormatException($"a view of {count} members has {members.Count}");
        return new ClusterView(new MembershipVersion(version.Value), members.Values);
    }

    private static ViewMember ReadMember(ref WireReader reader)
    {
        SiloAddress? silo = null;
        var (status, name, gatewayPort) = (SiloStatus.None, "", 0);
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id, type)
            {
                case (AddressField, WireType.LengthPrefixed):
                    silo = ReadAddress(ref reader);
                    break;
                case (StatusField, WireType.Varint):
                    status = (SiloStatus)ReadUpTo(ref reader, byte.MaxValue, "status");
                    break;
                case (NameField, WireType.LengthPrefixed):
                    name = reader.ReadString();
                    break;
                case (GatewayPortField, WireType.Varint):
                    gatewayPort = ReadUpTo(ref reader, ushort.MaxValue, "port");
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        reader.LeaveGroup();
        if (silo is null || status == SiloStatus.None) throw new WireFormatException("a member of a view has no address or no status");
        return new ViewMember(silo, status, name, gatewayPort);
    }

    private static SiloAddress ReadAddress(ref WireReader reader) => SiloAddress.TryParse(reader.ReadString(), out var silo)
        ? silo
        : throw new WireFormatException("a silo address cannot be read");

    private static int ReadUpTo(ref WireReader reader, int limit, string what)
    {
        var value = reader.ReadVarint();
        return value <= (ulong)limit ? (int)value : throw new WireFormatException($"a {what} of {value} is out of range");
    }
}
