using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Numerics;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans.Serialization;

/// <summary>The codecs that the engine brings, under their names on the wire. The names never change.</summary>
internal static class FrameworkCodecTable
{
    public static void Register()
    {
        AddValues();
        AddSequences();
        AddMaps();
        AddTuples();
    }

    private static void AddValues()
    {
        TypeNames.Add("object", typeof(object));
        CodecRegistry.Add("bool", typeof(bool), static () => new BooleanCodec());
        CodecRegistry.Add("byte", typeof(byte), static () => new ByteCodec());
        CodecRegistry.Add("sbyte", typeof(sbyte), static () => new SByteCodec());
        CodecRegistry.Add("short", typeof(short), static () => new Int16Codec());
        CodecRegistry.Add("ushort", typeof(ushort), static () => new UInt16Codec());
        CodecRegistry.Add("int", typeof(int), static () => new Int32Codec());
        CodecRegistry.Add("uint", typeof(uint), static () => new UInt32Codec());
        CodecRegistry.Add("long", typeof(long), static () => new Int64Codec());
        CodecRegistry.Add("ulong", typeof(ulong), static () => new UInt64Codec());
        CodecRegistry.Add("int128", typeof(Int128), static () => new Int128Codec());
        CodecRegistry.Add("uint128", typeof(UInt128), static () => new UInt128Codec());
        CodecRegistry.Add("bigint", typeof(BigInteger), static () => new BigIntegerCodec());
        CodecRegistry.Add("half", typeof(Half), static () => new HalfCodec());
        CodecRegistry.Add("float", typeof(float), static () => new SingleCodec());
        CodecRegistry.Add("double", typeof(double), static () => new DoubleCodec());
        CodecRegistry.Add("decimal", typeof(decimal), static () => new DecimalCodec());
        CodecRegistry.Add("char", typeof(char), static () => new CharCodec());
        CodecRegistry.Add("string", typeof(string), static () => new StringCodec());
        CodecRegistry.Add("guid", typeof(Guid), static () => new GuidCodec());
        CodecRegistry.Add("datetime", typeof(DateTime), static () => new DateTimeCodec());
        CodecRegistry.Add("datetimeoffset", typeof(DateTimeOffset), static () => new DateTimeOffsetCodec());
        CodecRegistry.Add("date", typeof(DateOnly), static () => new DateOnlyCodec());
        CodecRegistry.Add("time", typeof(TimeOnly), static () => new TimeOnlyCodec());
        CodecRegistry.Add("timespan", typeof(TimeSpan), static () => new TimeSpanCodec());
        CodecRegistry.Add("uri", typeof(Uri), static () => new UriCodec());
        CodecRegistry.Add("version", typeof(Version), static () => new VersionCodec());
        CodecRegistry.Add("ip", typeof(IPAddress), static () => new IPAddressCodec());
        CodecRegistry.Add("endpoint", typeof(IPEndPoint), static () => new IPEndPointCodec());
        CodecRegistry.Add("bytes", typeof(byte[]), static () => new ByteArrayCodec());
        CodecRegistry.Add("memory", typeof(Memory<byte>), static () => new MemoryCodec());
        CodecRegistry.Add("readonlymemory", typeof(ReadOnlyMemory<byte>), static () => new ReadOnlyMemoryCodec());
        CodecRegistry.Add("idspan", typeof(IdSpan), static () => new IdSpanCodec());
        CodecRegistry.Add("graintype", typeof(GrainType), static () => new GrainTypeCodec());
        CodecRegistry.Add("graininterfacetype", typeof(GrainInterfaceType), static () => new GrainInterfaceTypeCodec());
        CodecRegistry.Add("grainid", typeof(GrainId), static () => new GrainIdCodec());
        CodecRegistry.Add("siloaddress", typeof(SiloAddress), static () => new SiloAddressCodec());
        CodecRegistry.Add("activationid", typeof(ActivationId), static () => new ActivationIdCodec());
        CodecRegistry.Add("noresult", typeof(NoResult), static () => new NoResultCodec());
        CodecRegistry.Add("addressable", typeof(IAddressable), static () => new ReferenceCodec<IAddressable>());
        CodecRegistry.Add("reference", typeof(GrainReference), static () => new ReferenceCodec<GrainReference>());
        CodecRegistry.AddGeneric("nullable", typeof(Nullable<>), typeof(NullableCodec<>));
    }

    private static void AddSequences()
    {
        CodecRegistry.AddGeneric("list", typeof(List<>), typeof(ListCodec<>));
        CodecRegistry.AddGeneric("hashset", typeof(HashSet<>), typeof(HashSetCodec<>));
        CodecRegistry.AddGeneric("sortedset", typeof(SortedSet<>), typeof(SortedSetCodec<>));
        CodecRegistry.AddGeneric("queue", typeof(Queue<>), typeof(QueueCodec<>));
        CodecRegistry.AddGeneric("stack", typeof(Stack<>), typeof(StackCodec<>));
        CodecRegistry.AddGeneric("immutablearray", typeof(ImmutableArray<>), typeof(ImmutableArrayCodec<>));
        CodecRegistry.AddGeneric("immutablelist", typeof(ImmutableList<>), typeof(ImmutableListCodec<>));
        CodecRegistry.AddGeneric("immutablequeue", typeof(ImmutableQueue<>), typeof(ImmutableQueueCodec<>));
        CodecRegistry.AddGeneric("immutablehashset", typeof(ImmutableHashSet<>), typeof(ImmutableHashSetCodec<>));
        CodecRegistry.AddGeneric("immutablesortedset", typeof(ImmutableSortedSet<>), typeof(ImmutableSortedSetCodec<>));
        CodecRegistry.AddGeneric("frozenset", typeof(FrozenSet<>), typeof(FrozenSetCodec<>));
        CodecRegistry.AddGeneric("ienumerable", typeof(IEnumerable<>), typeof(EnumerableCodec<>));
        CodecRegistry.AddGeneric("icollection", typeof(ICollection<>), typeof(CollectionCodec<>));
        CodecRegistry.AddGeneric("ilist", typeof(IList<>), typeof(ListOfInterfaceCodec<>));
        CodecRegistry.AddGeneric("ireadonlycollection", typeof(IReadOnlyCollection<>), typeof(ReadOnlyCollectionCodec<>));
        CodecRegistry.AddGeneric("ireadonlylist", typeof(IReadOnlyList<>), typeof(ReadOnlyListCodec<>));
        CodecRegistry.AddGeneric("iset", typeof(ISet<>), typeof(SetCodec<>));
        CodecRegistry.AddGeneric("ireadonlyset", typeof(IReadOnlySet<>), typeof(ReadOnlySetCodec<>));
    }

    private static void AddMaps()
    {
        CodecRegistry.AddGeneric("pair", typeof(KeyValuePair<,>), typeof(KeyValuePairCodec<,>));
        CodecRegistry.AddGeneric("dictionary", typeof(Dictionary<,>), typeof(DictionaryCodec<,>));
        CodecRegistry.AddGeneric("sorteddictionary", typeof(SortedDictionary<,>), typeof(SortedDictionaryCodec<,>));
        CodecRegistry.AddGeneric("immutabledictionary", typeof(ImmutableDictionary<,>), typeof(ImmutableDictionaryCodec<,>));
        CodecRegistry.AddGeneric(
            "immutablesorteddictionary", typeof(ImmutableSortedDictionary<,>), typeof(ImmutableSortedDictionaryCodec<,>));
        CodecRegistry.AddGeneric("frozendictionary", typeof(FrozenDictionary<,>), typeof(FrozenDictionaryCodec<,>));
        CodecRegistry.AddGeneric("idictionary", typeof(IDictionary<,>), typeof(DictionaryOfInterfaceCodec<,>));
        CodecRegistry.AddGeneric("ireadonlydictionary", typeof(IReadOnlyDictionary<,>), typeof(ReadOnlyDictionaryCodec<,>));
    }

    private static void AddTuples()
    {
        CodecRegistry.AddGeneric("valuetuple1", typeof(ValueTuple<>), typeof(ValueTupleCodec<>));
        CodecRegistry.AddGeneric("valuetuple2", typeof(ValueTuple<,>), typeof(ValueTupleCodec<,>));
        CodecRegistry.AddGeneric("valuetuple3", typeof(ValueTuple<,,>), typeof(ValueTupleCodec<,,>));
        CodecRegistry.AddGeneric("valuetuple4", typeof(ValueTuple<,,,>), typeof(ValueTupleCodec<,,,>));
        CodecRegistry.AddGeneric("valuetuple5", typeof(ValueTuple<,,,,>), typeof(ValueTupleCodec<,,,,>));
        CodecRegistry.AddGeneric("valuetuple6", typeof(ValueTuple<,,,,,>), typeof(ValueTupleCodec<,,,,,>));
        CodecRegistry.AddGeneric("valuetuple7", typeof(ValueTuple<,,,,,,>), typeof(ValueTupleCodec<,,,,,,>));
        CodecRegistry.AddGeneric("valuetuple8", typeof(ValueTuple<,,,,,,,>), typeof(ValueTupleCodec<,,,,,,,>));
        CodecRegistry.AddGeneric("tuple1", typeof(Tuple<>), typeof(TupleCodec<>));
        CodecRegistry.AddGeneric("tuple2", typeof(Tuple<,>), typeof(TupleCodec<,>));
        CodecRegistry.AddGeneric("tuple3", typeof(Tuple<,,>), typeof(TupleCodec<,,>));
        CodecRegistry.AddGeneric("tuple4", typeof(Tuple<,,,>), typeof(TupleCodec<,,,>));
        CodecRegistry.AddGeneric("tuple5", typeof(Tuple<,,,,>), typeof(TupleCodec<,,,,>));
        CodecRegistry.AddGeneric("tuple6", typeof(Tuple<,,,,,>), typeof(TupleCodec<,,,,,>));
        CodecRegistry.AddGeneric("tuple7", typeof(Tuple<,,,,,,>), typeof(TupleCodec<,,,,,,>));
        CodecRegistry.AddGeneric("tuple8", typeof(Tuple<,,,,,,,>), typeof(TupleCodec<,,,,,,,>));
    }
}
