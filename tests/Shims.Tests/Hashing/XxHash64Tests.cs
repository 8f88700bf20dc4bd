using System.IO.Hashing;
using System.Text;

namespace Warren.Shims.Tests.Hashing;

public sealed class XxHash64Tests
{
    private const ulong Prime64 = 11400714785074694797;
    private const long Prime32 = 2654435761;

    /// <summary>The self-test of xxHash's own command line: length of its test buffer, seed, hash.</summary>
    public static TheoryData<int, long, ulong> PublishedVectors => new()
    {
        { 0, 0, 0xEF46DB3751D8E999 },
        { 0, Prime32, 0xAC75FDA2929B17EF },
        { 1, 0, 0xE934A84ADB052768 },
        { 1, Prime32, 0x5014607643A9B4C3 },
        { 4, 0, 0x9136A0DCA57457EE },
        { 14, 0, 0x8282DCC4994E35C8 },
        { 14, Prime32, 0xC3BD6BF63DEB6DF0 },
        { 222, 0, 0xB641AE8CB691C174 },
        { 222, Prime32, 0x20CB8AB7AE10C14A },
    };

    [Theory]
    [MemberData(nameof(PublishedVectors))]
    public void HashToUInt64_PublishedVector_IsTheVector(int length, long seed, ulong expected) =>
        XxHash64.HashToUInt64(TestBuffer(length), seed).ShouldBe(expected);

    [Theory]
    [MemberData(nameof(PublishedVectors))]
    public void Append_ByteByByte_IsTheVector(int length, long seed, ulong expected)
    {
        var hash = new XxHash64(seed);
        foreach (var value in TestBuffer(length))
            hash.Append([value]);

        hash.GetCurrentHashAsUInt64().ShouldBe(expected);
    }

    [Theory]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void HashToUInt64_KnownText_IsItsPublishedHash(string text, ulong expected) =>
        XxHash64.HashToUInt64(Encoding.ASCII.GetBytes(text)).ShouldBe(expected);

    [Fact]
    public void Hash_AsBytes_IsBigEndian() =>
        Convert.ToHexString(XxHash64.Hash([])).ShouldBe("EF46DB3751D8E999");

    [Fact]
    public void Append_EverySplitOfEveryLength_EqualsOneShot()
    {
        // Past four stripes of 32 bytes, so that each split leaves every possible rest on both sides.
        var data = TestBuffer(131);
        for (var length = 0; length <= data.Length; length++)
        {
            var expected = XxHash64.HashToUInt64(data.AsSpan(0, length), 42);
            for (var split = 0; split <= length; split++)
            {
                var hash = new XxHash64(42);
                hash.Append(data.AsSpan(0, split));
                hash.Append(data.AsSpan(split, length - split));
                hash.GetCurrentHashAsUInt64().ShouldBe(expected, $"length {length} split at {split}");
            }
        }
    }

    [Fact]
    public async Task AppendAsync_StreamLongerThanItsBuffer_EqualsOneShot()
    {
        var data = TestBuffer(10_007);
        var hash = new XxHash64();

        await hash.AppendAsync(new MemoryStream(data));

        hash.GetCurrentHash().ShouldBe(XxHash64.Hash(data));
    }

    [Fact]
    public void Append_StreamLongerThanItsBuffer_EqualsOneShot()
    {
        var data = TestBuffer(10_007);
        var hash = new XxHash64();

        hash.Append(new MemoryStream(data));

        hash.GetCurrentHash().ShouldBe(XxHash64.Hash(data));
    }

    [Fact]
    public void GetCurrentHash_InTheMiddle_LeavesTheStateAlone()
    {
        var data = TestBuffer(100);
        var hash = new XxHash64();
        hash.Append(data.AsSpan(0, 50));

        hash.GetCurrentHash().ShouldBe(XxHash64.Hash(data.AsSpan(0, 50)));
        hash.Append(data.AsSpan(50));

        hash.GetCurrentHash().ShouldBe(XxHash64.Hash(data));
    }

    [Fact]
    public void GetHashAndReset_ThenAppend_BeginsAnewWithTheSameSeed()
    {
        var hash = new XxHash64(7);
        hash.Append(TestBuffer(45));

        hash.GetHashAndReset().ShouldBe(XxHash64.Hash(TestBuffer(45), 7));
        hash.Append(TestBuffer(33));

        hash.GetCurrentHash().ShouldBe(XxHash64.Hash(TestBuffer(33), 7));
    }

    [Fact]
    public void Clone_AppendedTo_LeavesTheOriginalAlone()
    {
        var original = new XxHash64();
        original.Append(TestBuffer(45));

        var clone = original.Clone();
        clone.Append(TestBuffer(60));

        original.GetCurrentHash().ShouldBe(XxHash64.Hash(TestBuffer(45)));
        clone.GetCurrentHash().ShouldBe(XxHash64.Hash([.. TestBuffer(45), .. TestBuffer(60)]));
    }

    [Fact]
    public void TryHash_DestinationTooShort_WritesNothing()
    {
        var destination = new byte[7];

        XxHash64.TryHash([1, 2, 3], destination, out var written).ShouldBeFalse();

        written.ShouldBe(0);
        destination.ShouldBe(new byte[7]);
        Should.Throw<ArgumentException>(() => XxHash64.Hash([1, 2, 3], destination.AsSpan()));
        Should.Throw<ArgumentException>(() => new XxHash64().GetCurrentHash(destination));
        Should.Throw<ArgumentException>(() => new XxHash64().GetHashAndReset(destination));
    }

    [Fact]
    public void Hash_LongerDestination_WritesEightBytes()
    {
        var destination = new byte[10];
        var hash = new XxHash64();
        hash.Append([1, 2, 3]);

        XxHash64.Hash([1, 2, 3], destination.AsSpan()).ShouldBe(8);
        hash.GetCurrentHash(destination.AsSpan()).ShouldBe(8);
        hash.GetHashAndReset(destination.AsSpan()).ShouldBe(8);

        destination.ShouldBe([.. XxHash64.Hash([1, 2, 3]), 0, 0]);
    }

    private static byte[] TestBuffer(int length)
    {
        var buffer = new byte[length];
        ulong generator = Prime32;
        for (var i = 0; i < length; i++)
        {
            buffer[i] = (byte)(generator >> 56);
            generator = unchecked(generator * Prime64);
        }

        return buffer;
    }
}
