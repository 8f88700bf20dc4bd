using FsCheck;
using FsCheck.Fluent;
using Orleans.Embedded.Tests.Serialization.Samples;
using Orleans.Embedded.Tests.Testing;
using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Serialization;

/// <summary>Bytes from a faulty or hostile peer end in a <see cref="WireFormatException"/>, and in nothing worse.</summary>
public sealed class HostileInputTests
{
    private delegate object? Read(byte[] bytes);

    private static readonly Read[] Readers =
    [
        bytes => Field<Shape>(bytes), bytes => Field<Order>(bytes), bytes => Field<Holder>(bytes), bytes => Field<Animal>(bytes),
        bytes => Field<object>(bytes), bytes => Field<Exception>(bytes), bytes => Field<Dictionary<string, List<Point>>>(bytes),
        bytes => Field<SortedSet<string>>(bytes), bytes => Field<(decimal, DateTimeOffset, Uri)>(bytes), bytes => Field<Pair<Guid, byte[]>>(bytes),
        bytes => Field<ISampleGrain>(bytes), bytes => Field<SiloAddress>(bytes), bytes => Field<QuotaException>(bytes),
        bytes => Field<Dictionary<DateTime, System.Net.IPEndPoint>>(bytes), bytes => Field<Version[]>(bytes), bytes => Arguments(bytes),
    ];

    [Fact]
    public void RandomBytes_AreRefused() => Sampled.Check(Bytes(), bytes =>
    {
        foreach (var reader in Readers) Attempt(reader, bytes);
    });

    [Fact]
    public void DamagedBytes_AreRefusedOrReadAsSomethingElse() => Sampled.Check(
        from holder in SampleGen.Holder
        from at in Gen.Choose(0, int.MaxValue - 1)
        from value in ArbMap.Default.GeneratorFor<byte>()
        from length in Gen.Choose(0, int.MaxValue - 1)
        select (Wire.Write(holder), at, value, length),
        sample =>
        {
            var (bytes, at, value, length) = sample;
            bytes[at % bytes.Length] = value;
            Attempt(Field<Holder>, bytes);
            Attempt(Field<Holder>, bytes[..(length % bytes.Length)]);
        });

    [Fact]
    public void TruncatedBytes_AreRefused()
    {
        var bytes = Wire.Write(new Order("secret", Guid.Empty) { Points = [new(1, 2)] });
        for (var length = 1; length < bytes.Length; length++)
            Should.Throw<WireFormatException>(() => Field<Order>(bytes[..length]), $"cut to {length} bytes");
    }

    [Fact]
    public void HugeLengths_AreRefusedBeforeAnythingIsAllocated()
    {
        byte[] huge = [1 << 3 | (byte)WireType.LengthPrefixed, 0xFF, 0xFF, 0xFF, 0xFF, 0x07];
        byte[] manyItems = [1 << 3 | (byte)WireType.Group, 1 << 3, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, (byte)WireType.EndGroup];
        foreach (var read in (Action[])[() => Field<byte[]>(huge), () => Field<string>(huge), () => Field<List<Guid>>(manyItems), () => Field<Guid[]>(manyItems)])
        {
            Should.Throw<WireFormatException>(read);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read();
            }
            catch (WireFormatException)
            {
                (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(64 * 1024);
            }
        }
    }

    [Fact]
    public void CountWithoutItems_ReservesLittle()
    {
        var padding = new byte[100_000];
        using var writer = new WireWriter();
        writer.WriteTag(1, WireType.Group);
        writer.EnterGroup();
        writer.WriteTag(1, WireType.Varint);
        writer.WriteVarint((ulong)padding.Length);
        writer.WriteTag(9, WireType.LengthPrefixed);
        writer.WriteBytes(padding);
        writer.WriteEndGroup();
        var bytes = writer.WrittenSpan.ToArray();
        Field<List<Guid>>(bytes).ShouldBeOfType<List<Guid>>().ShouldBeEmpty();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Field<List<Guid>>(bytes);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(16 * 1024);
    }

    [Theory]
    [InlineData(WireType.Group)]
    [InlineData(WireType.Typed)]
    public void DeepNesting_IsRefusedBeforeTheStackEnds(WireType type)
    {
        using var writer = new WireWriter();
        writer.WriteTag(1, type);
        for (var i = 0; i < 1_000_000; i++)
        {
            if (type == WireType.Group) writer.WriteTag(9, WireType.Group);
            else writer.WriteRaw([0, (byte)WireType.Typed]);
        }

        var bytes = writer.WrittenSpan.ToArray();
        foreach (var reader in Readers) Should.Throw<WireFormatException>(() => reader(bytes));
    }

    [Fact]
    public void ValuesInsideValues_AreRefusedBeforeTheStackEnds()
    {
        using var writer = new WireWriter();
        writer.WriteTag(1, WireType.Group);
        for (var i = 0; i < 100_000; i++) writer.WriteTag(9, WireType.Group);

        Should.Throw<WireFormatException>(() => Field<Order>(writer.WrittenSpan.ToArray())).Message.ShouldContain("nested");
    }

    [Theory]
    [InlineData("System.IO.FileInfo")]
    [InlineData("System.Diagnostics.Process, System.Diagnostics.Process")]
    [InlineData("Orleans.Embedded.Tests.Serialization.HostileInputTests")]
    [InlineData("list")]
    [InlineData("list<>")]
    [InlineData("list<int")]
    [InlineData("list<int>>")]
    [InlineData("list<int,int>")]
    [InlineData("nullable<string>")]
    [InlineData("hashset<unknown>")]
    [InlineData("array<array<array<array<array<array<array<array<array<array<int>>>>>>>>>>")]
    [InlineData("")]
    public void TypeName_ThatIsNotRegistered_MakesNothing(string name) =>
        Should.Throw<WireFormatException>(() => Field<object>(Typed(name, WireType.Group, [(byte)WireType.EndGroup])));

    [Fact]
    public void TypeName_TooLong_IsRefused() =>
        Should.Throw<WireFormatException>(() => Field<object>(Typed(new string('x', 5000), WireType.Group, []))).Message.ShouldContain("longer");

    [Fact]
    public void TypeName_OfAnotherType_IsRefused()
    {
        var shape = Wire.Write<object>(new Shape("s", []));

        Should.Throw<WireFormatException>(() => Wire.Read<Animal>(shape)).Message.ShouldContain("is no");
        Should.Throw<WireFormatException>(() => Wire.Read<Exception>(shape));
        Should.Throw<WireFormatException>(() => Wire.Read<string>(shape));
    }

    [Fact]
    public void TypeName_OfAbstractClass_MakesNoInstance() =>
        Should.Throw<WireFormatException>(() => Field<object>(Typed(typeof(Animal).FullName!, WireType.Group, [(byte)WireType.EndGroup])));

    [Fact]
    public void EntryTwice_InImmutableMap_IsRefused()
    {
        using var writer = new WireWriter();
        writer.WriteTag(1, WireType.Group);
        foreach (var value in (int[])[1, 2])
        {
            Codecs.Of<string>().WriteField(writer, 2, "same");
            Codecs.Of<int>().WriteField(writer, 3, value);
        }

        writer.WriteByte((byte)WireType.EndGroup);
        Should.Throw<WireFormatException>(() => Field<System.Collections.Immutable.ImmutableDictionary<string, int>>(writer.WrittenSpan.ToArray()));
        Should.Throw<WireFormatException>(() => Field<Dictionary<string, int>>(writer.WrittenSpan.ToArray()));
    }

    [Fact]
    public void Samples_GoDeeperThanTheFirstTag()
    {
        // A fair share of random inputs is read as fields, not refused at the first byte.
        Sampled.Share(Bytes(), bytes => Tags(bytes) > 1).ShouldBeGreaterThan(0.3);

        static int Tags(byte[] bytes)
        {
            var reader = new WireReader(bytes);
            var count = 0;
            try
            {
                for (; reader.TryReadTag(out _, out var type); count++) reader.Skip(type);
            }
            catch (WireFormatException)
            {
                return count;
            }

            return count;
        }
    }

    // Bytes that look like tags and short lengths more often than chance would have it.
    private static Gen<byte[]> Bytes() => Gen.Frequency(
        (1, ArbMap.Default.GeneratorFor<byte[]>()),
        (3, Gen.Frequency(
            (4, Gen.Choose(0, 5 * 8).Select(x => (byte)x)),
            (2, Gen.Choose(0, 3).Select(x => (byte)x)),
            (1, ArbMap.Default.GeneratorFor<byte>())).ArrayOf()));

    private static byte[] Typed(string name, WireType type, byte[] value)
    {
        using var writer = new WireWriter();
        writer.WriteTag(1, WireType.Typed);
        writer.WriteString(name);
        writer.WriteByte((byte)type);
        writer.WriteRaw(value);
        return writer.WrittenSpan.ToArray();
    }

    private static object? Field<T>(byte[] bytes)
    {
        var reader = new WireReader(bytes);
        object? last = null;
        while (reader.TryReadTag(out _, out var type)) last = Codecs.Of<T>().ReadField(ref reader, type);
        return last;
    }

    private static object? Arguments(byte[] bytes)
    {
        var reader = new WireReader(bytes);
        Requests.Create<ISampleGrain>(nameof(ISampleGrain.FindAsync)).ReadArguments(ref reader);
        return null;
    }

    private static void Attempt(Read read, byte[] bytes)
    {
        try
        {
            read(bytes);
        }
        catch (WireFormatException)
        {
            // The only way in which reading may fail.
        }
    }
}
