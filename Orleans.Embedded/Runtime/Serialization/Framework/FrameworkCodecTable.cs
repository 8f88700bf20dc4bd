using System.Collections.Frozen;
using System.Collections.Immutable;
using Orleans.Runtime;

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
        FrameworkExceptions.Register();
    }

    private static void AddValues()
    {
        TypeNames.Add("object", typeof(object));
        CodecRegistry.Add("bool", new BooleanCodec());
        CodecRegistry.Add("byte", new ByteCodec());
        CodecRegistry.Add("sbyte", new SByteCodec());
        CodecRegistry.Add("short", new Int16Codec());
        CodecRegistry.Add("ushort", new UInt16Codec());
        CodecRegistry.Add("int", new Int32Codec());
        CodecRegistry.Add("uint", new UInt32Codec());
        CodecRegistry.Add("long", new Int64Codec());
        CodecRegistry.Add("ulong", new UInt64Codec());
        CodecRegistry.Add("int128", new Int128Codec());
        CodecRegistry.Add("uint128", new UInt128Codec());
        CodecRegistry.Add("bigint", new BigIntegerCodec());
        CodecRegistry.Add("half", new HalfCodec());
        CodecRegistry.Add("float", new SingleCodec());
        CodecRegistry.Add("double", new DoubleCodec());
        CodecRegistry.Add("decimal", new DecimalCodec());
        CodecRegistry.Add("char", new CharCodec());
        CodecRegistry.Add("string", new StringCodec());
        CodecRegistry.Add("guid", new GuidCodec());
        CodecRegistry.Add("datetime", new DateTimeCodec());
        CodecRegistry.Add("datetimeoffset", new DateTimeOffsetCodec());
        CodecRegistry.Add("date", new DateOnlyCodec());
        CodecRegistry.Add("time", new TimeOnlyCodec());
        CodecRegistry.Add("timespan", new TimeSpanCodec());
        CodecRegistry.Add("uri", new UriCodec());
        CodecRegistry.Add("version", new VersionCodec());
        CodecRegistry.Add("ip", new IPAddressCodec());
        CodecRegistry.Add("endpoint", new IPEndPointCodec());
        CodecRegistry.Add("bytes", new ByteArrayCodec());
        CodecRegistry.Add("memory", new MemoryCodec());
        CodecRegistry.Add("readonlymemory", new ReadOnlyMemoryCodec());
        CodecRegistry.Add("idspan", new IdSpanCodec());
        CodecRegistry.Add("graintype", new GrainTypeCodec());
        CodecRegistry.Add("graininterfacetype", new GrainInterfaceTypeCodec());
        CodecRegistry.Add("grainid", new GrainIdCodec());
        CodecRegistry.Add("siloaddress", new SiloAddressCodec());
        CodecRegistry.Add("activationid", new ActivationIdCodec());
        CodecRegistry.Add("noresult", new NoResultCodec());
        CodecRegistry.Add("addressable", new ReferenceCodec<IAddressable>());
        CodecRegistry.Add("reference", new ReferenceCodec<GrainReference>());
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
