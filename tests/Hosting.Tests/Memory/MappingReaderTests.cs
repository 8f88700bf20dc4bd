using Warren.Hosting.Memory;

namespace Warren.Hosting.Tests.Memory;

public sealed class MappingReaderTests
{
    private const string Code = "7f0000001000-7f0000003000 r-xp 00001000 fe:01 77                         /lib/code.so";

    [Fact]
    public void Unwritten_CodeInMemory_IsTaken() =>
        Read(Code, rss: 8).ShouldHaveSingleItem().ShouldBe(new(unchecked((nint)0x7f0000001000), 0x2000, "/lib/code.so"));

    [Fact]
    public void Unwritten_SharedAndReadOnly_IsTaken() => Read(Code.Replace("r-xp", "r--s", StringComparison.Ordinal), rss: 4).ShouldHaveSingleItem();

    [Fact]
    public void Unwritten_PathWithBlanksAndColon_IsWhole() =>
        Read(Code.Replace("/lib/code.so", "/lib dir/a: b.dll", StringComparison.Ordinal), rss: 4).ShouldHaveSingleItem().Path.ShouldBe("/lib dir/a: b.dll");

    [Theory]
    [InlineData("Private_Dirty")]
    [InlineData("Shared_Dirty")]
    [InlineData("Anonymous")]
    [InlineData("Swap")]
    public void Unwritten_APageThatIsNotTheFiles_StaysWhole(string field) => Read(Code, rss: 8, (field, 4)).ShouldBeEmpty();

    [Theory]
    [InlineData("7f0000001000-7f0000003000 rw-p 00001000 fe:01 77 /lib/code.so")]
    [InlineData("7f0000001000-7f0000003000 rwxp 00001000 fe:01 77 /lib/code.so")]
    [InlineData("7f0000001000-7f0000003000 r--p 00000000 00:00 0 ")]
    [InlineData("7f0000001000-7f0000003000 r-xp 00000000 00:00 0 [vdso]")]
    public void Unwritten_WritableOrNoFile_IsLeftOut(string mapping) => Read(mapping, rss: 8).ShouldBeEmpty();

    [Fact]
    public void Unwritten_NothingInMemory_IsLeftOut() => Read(Code, rss: 0).ShouldBeEmpty();

    [Fact]
    public void Unwritten_Several_EachIsJudgedByItsOwnLines()
    {
        var text = Text(Code, 8, ("Private_Dirty", 4)) + Text(Code.Replace("code", "other", StringComparison.Ordinal), 8) + Text(Code, 0);
        MappingReader.Unwritten(new StringReader(text)).ShouldHaveSingleItem().Path.ShouldBe("/lib/other.so");
    }

    private static List<MappedRange> Read(string mapping, long rss, params (string Name, long Kilobytes)[] fields) =>
        MappingReader.Unwritten(new StringReader(Text(mapping, rss, fields)));

    private static string Text(string mapping, long rss, params (string Name, long Kilobytes)[] fields) =>
        string.Join('\n', [mapping, Field("Size", 8), Field("Rss", rss), Field("Private_Dirty", 0), .. fields.Select(field => Field(field.Name, field.Kilobytes)),
            "THPeligible:           0", "VmFlags: rd ex mr mw me ", ""]);

    private static string Field(string name, long kilobytes) => $"{name + ":",-16}{kilobytes,8} kB";
}
