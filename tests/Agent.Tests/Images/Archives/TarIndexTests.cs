using System.Formats.Tar;
using System.Text;
using Warren.Agent.Images.Archives;
using Warren.Images;

namespace Warren.Agent.Tests.Images.Archives;

public sealed class TarIndexTests
{
    [Theory]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.V7)]
    public async Task Read_AnyForm_FindsEachFile(TarEntryFormat format)
    {
        var bytes = Tar(format, ("a.json", "one"), ("blobs/sha256/b", "second"), ("./c", ""));
        (await ContentAsync(bytes, "a.json")).ShouldBe("one");
        (await ContentAsync(bytes, "blobs/sha256/b")).ShouldBe("second");
        (await ContentAsync(bytes, "c")).ShouldBe("");
        (await ContentAsync(bytes, "d")).ShouldBeNull();
    }

    [Theory]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public async Task Read_LongNames_FindsThem(TarEntryFormat format)
    {
        var name = string.Join('/', Enumerable.Repeat("a-rather-long-folder-name", 12)) + "/file";
        (await ContentAsync(Tar(format, (name, "deep"), ("next", "flat")), name)).ShouldBe("deep");
        (await ContentAsync(Tar(format, (name, "deep"), ("next", "flat")), "next")).ShouldBe("flat");
    }

    [Fact]
    public async Task Read_RepeatedName_TakesTheLast() =>
        (await ContentAsync(Tar(TarEntryFormat.Pax, ("a", "first"), ("a", "last")), "a")).ShouldBe("last");

    [Fact]
    public async Task Read_Links_AreFollowedWithinTheArchive()
    {
        var bytes = Tar(
            TarEntryFormat.Pax,
            File("one/layer.tar", "layer"),
            Link("two/layer.tar", "../one/layer.tar"),
            new PaxTarEntry(TarEntryType.HardLink, "three") { LinkName = "two/layer.tar" });
        (await ContentAsync(bytes, "two/layer.tar")).ShouldBe("layer");
        (await ContentAsync(bytes, "three")).ShouldBe("layer");
    }

    [Fact]
    public async Task Read_LinksInACircle_AreMalformed()
    {
        var index = await TarIndex.ReadAsync(new MemoryStream(Tar(TarEntryFormat.Pax, Link("a", "b"), Link("b", "a"))), CancellationToken.None);
        Should.Throw<ImageException>(() => index.Find("a")).Fault.ShouldBe(ImageFault.Malformed);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("/etc/passwd")]
    public async Task Read_NameThatLeadsOut_IsMalformed(string name)
    {
        (await FailAsync(Tar(TarEntryFormat.Pax, File(name, "x")))).ShouldContain(name);
        (await FailAsync(Tar(TarEntryFormat.Pax, Link("link", name)))).ShouldContain(name);
    }

    [Fact]
    public async Task Read_Device_IsMalformed() =>
        (await FailAsync(Tar(TarEntryFormat.Pax, new PaxTarEntry(TarEntryType.CharacterDevice, "dev")))).ShouldContain("neither file");

    [Fact]
    public async Task Read_CutOff_IsMalformed()
    {
        var bytes = Tar(TarEntryFormat.Pax, ("a", new string('x', 5000)));
        (await FailAsync(bytes[..2000])).ShouldContain("end of the file");
        (await FailAsync(bytes[..700])).ShouldContain("cut off");
        (await FailAsync(bytes[..300])).ShouldContain("cut off");
    }

    [Fact]
    public async Task Read_NoTar_IsMalformed() => (await FailAsync(Encoding.ASCII.GetBytes(new string('x', 4096)))).ShouldContain("no tar file");

    [Fact]
    public async Task Read_HugeExtendedHeader_IsNotRead()
    {
        var entry = new PaxTarEntry(TarEntryType.RegularFile, "a", [KeyValuePair.Create("comment", new string('x', 2 * 1024 * 1024))]);
        (await FailAsync(Tar(TarEntryFormat.Pax, entry))).ShouldContain("extended header");
    }

    [Fact]
    public async Task Read_NegativeSize_IsMalformed()
    {
        var bytes = Tar(TarEntryFormat.Ustar, ("a", "x"));
        bytes[124] = 0xFF;
        Array.Fill(bytes, (byte)0xFF, 125, 11);
        Seal(bytes);
        (await FailAsync(bytes)).ShouldContain("end of the file");
    }

    [Fact]
    public async Task Read_Empty_FindsNothing() => (await ContentAsync(new byte[1024], "a")).ShouldBeNull();

    private static PaxTarEntry File(string name, string content) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) };

    private static PaxTarEntry Link(string name, string target) => new(TarEntryType.SymbolicLink, name) { LinkName = target };

    private static byte[] Tar(TarEntryFormat format, params (string Name, string Content)[] files) => Tar(format, [.. files.Select(file =>
    {
        var data = new MemoryStream(Encoding.UTF8.GetBytes(file.Content));
        TarEntry entry = format switch
        {
            TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, file.Name),
            TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, file.Name),
            TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, file.Name),
            _ => new PaxTarEntry(TarEntryType.RegularFile, file.Name),
        };
        entry.DataStream = data;
        return entry;
    })]);

    private static byte[] Tar(TarEntryFormat format, params TarEntry[] entries)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, format, leaveOpen: true))
        {
            foreach (var entry in entries) tar.WriteEntry(entry);
        }
        return stream.ToArray();
    }

    private static void Seal(byte[] header)
    {
        Array.Fill(header, (byte)' ', 148, 8);
        var sum = header.Take(512).Sum(part => part);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
    }

    private static async Task<string?> ContentAsync(byte[] archive, string path)
    {
        var index = await TarIndex.ReadAsync(new MemoryStream(archive), CancellationToken.None);
        return index.Find(path) is var (offset, length) ? Encoding.UTF8.GetString(archive, (int)offset, (int)length) : null;
    }

    private static async Task<string> FailAsync(byte[] archive)
    {
        var failure = await Should.ThrowAsync<ImageException>(TarIndex.ReadAsync(new MemoryStream(archive), CancellationToken.None));
        failure.Fault.ShouldBe(ImageFault.Malformed);
        return failure.Message;
    }
}
