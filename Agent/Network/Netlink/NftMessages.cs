using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Warren.Agent.Network.Rules;

namespace Warren.Agent.Network.Netlink;

/// <summary>
/// Requests to nftables about elements of maps (linux/netfilter/nf_tables.h). Keys and values are made of fields that are padded to four
/// bytes each. All between the two marks happens at once or not at all.
/// </summary>
internal static class NftMessages
{
    public const int FixedLength = 4;

    public const ushort TableOfEvent = 1, ChainOfRuleEvent = 2, NameOfChainEvent = 3, HookOfChainEvent = 5;

    /// <summary>The group of events about tables, chains, rules and sets.</summary>
    public const int Events = 7;

    private const ushort NewElements = 12, GetElements = 13, DeleteElements = 14, Subsystem = 10, BeginMark = 16, EndMark = 17;
    private const byte Inet = 1;
    private const ushort ListTable = 1, ListSet = 2, ListElements = 3, Element = 1, Key = 1, Data = 2, Value = 1;

    // An attribute cannot be longer than 64 KiB.
    private const int ElementsInMessage = 400;

    /// <summary>What an event is about: the message's number within nftables; null for another part of the kernel.</summary>
    public static int? KindOf(NetlinkMessage message) => message.Type >> 8 == Subsystem ? message.Type & 0xff : null;

    /// <summary>Removes and adds elements of a table's maps in one transaction.</summary>
    public static NetlinkBatch Change(string table, IEnumerable<MapElement> remove, IEnumerable<MapElement> add)
    {
        var batch = new NetlinkBatch().Mark(BeginMark, table);
        foreach (var (map, elements) in InMessages(remove)) batch.Elements(DeleteElements, 0, table, map, elements, "remove published ports from");
        foreach (var (map, elements) in InMessages(add))
            batch.Elements(NewElements, NetlinkBatch.Create, table, map, elements, "add published ports to");
        return batch.Mark(EndMark, table);
    }

    public static NetlinkBatch List(string table, string map) => new NetlinkBatch()
        .Begin(Type(GetElements), NetlinkBatch.Dump, $"list the map {map} of the nftables table {table}").Family()
        .Attribute(ListTable, table).Attribute(ListSet, map);

    /// <summary>The elements in the answer to <see cref="List"/>.</summary>
    public static IEnumerable<MapElement> Parse(string map, NetlinkMessage message)
    {
        var found = new List<MapElement>();
        foreach (var element in message.Attributes(FixedLength).FindNested(ListElements))
        {
            var attributes = new NetlinkAttributes(element.Value);
            found.Add(new(map, attributes.FindNested(Key).Find(Value).ToArray(), attributes.FindNested(Data).Find(Value).ToArray()));
        }

        return found;
    }

    private static IEnumerable<(string Map, MapElement[] Elements)> InMessages(IEnumerable<MapElement> elements) =>
        from element in elements
        group element by element.Map into map
        from part in map.Chunk(ElementsInMessage)
        select (map.Key, part);

    private static void Elements(
        this NetlinkBatch batch, ushort kind, ushort flags, string table, string map, MapElement[] elements, string what) => batch
        .Begin(Type(kind), flags, $"{what} the map {map} of the nftables table {table}").Family()
        .Attribute(ListTable, table).Attribute(ListSet, map)
        .Nest(ListElements, list =>
        {
            foreach (var element in elements)
            {
                list.Nest(Element, nest =>
                {
                    nest.Nest(Key, key => key.Attribute(Value, element.Key.Span));
                    if (kind == NewElements && !element.Value.IsEmpty) nest.Nest(Data, data => data.Attribute(Value, element.Value.Span));
                });
            }
        });

    private static NetlinkBatch Mark(this NetlinkBatch batch, ushort mark, string table)
    {
        Span<byte> subsystem = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(subsystem, Subsystem);
        return batch.BeginSilent(mark, $"change the nftables table {table}").Fixed(0, 0).Fixed(MemoryMarshal.Read<ushort>(subsystem));
    }

    private static NetlinkBatch Family(this NetlinkBatch batch) => batch.Fixed(Inet, 0, 0, 0);

    private static ushort Type(ushort kind) => (ushort)((Subsystem << 8) | kind);
}
