using System.Text;
using Warren.Hosting.Files;
using Warren.TestSupport;

namespace Warren.Hosting.Tests.Files;

public sealed class DurableFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempFolder _folder = TempFolder.Create("durable");

    [Fact]
    public void Write_OverAnotherAndWhatACrashLeft_IsAllOfTheNewOneAndNothingElse()
    {
        File.WriteAllText(Path, "a much longer one than the new one");
        File.WriteAllText($"{Path}.0123abcd{DurableFile.Draft}", "half");
        File.SetLastWriteTimeUtc($"{Path}.0123abcd{DurableFile.Draft}", DateTime.UnixEpoch);

        DurableFile.Write(Path, "new"u8, OwnerOnly);

        File.ReadAllText(Path).ShouldBe("new");
        File.GetUnixFileMode(Path).ShouldBe(OwnerOnly);
        Directory.GetFiles(_folder.Path).ShouldBe([Path]);
    }

    [Fact]
    public async Task Write_ManyAtOnce_AllSucceedAndTheFileIsWholeAllTheTime()
    {
        var texts = Enumerable.Range(0, 8).Select(number => new string((char)('a' + number), 100_000)).ToArray();
        DurableFile.Write(Path, Encoding.ASCII.GetBytes(texts[0]), OwnerOnly);

        var writing = Task.WhenAll(texts.Select(text => Task.Run(() =>
        {
            for (var round = 0; round < 10; round++) DurableFile.Write(Path, Encoding.ASCII.GetBytes(text), OwnerOnly);
        })));
        while (!writing.IsCompleted) (await File.ReadAllTextAsync(Path)).ShouldBeOneOf(texts);
        await writing;

        (await File.ReadAllTextAsync(Path)).ShouldBeOneOf(texts);
        Directory.GetFiles(_folder.Path).ShouldBe([Path]);
    }

    [Fact]
    public void DeleteDrafts_FileIsThere_Stays()
    {
        File.WriteAllText(Path, "all");
        File.WriteAllText($"{Path}.0123abcd{DurableFile.Draft}", "half");
        DurableFile.DeleteDrafts(Path);
        Directory.GetFiles(_folder.Path).ShouldBe([Path]);
    }

    [Fact]
    public void Write_NameIsAFolder_IsAnErrorAndLeavesNothing()
    {
        Directory.CreateDirectory(Path);
        Should.Throw<IOException>(() => DurableFile.Write(Path, "new"u8, OwnerOnly));
        Directory.GetFileSystemEntries(_folder.Path).ShouldBe([Path]);
    }

    [Fact]
    public async Task TryCreate_ManyAtOnce_OneIsFirstAndItsContentStays()
    {
        // Several come to the name at the same moment only now and then.
        for (var round = 0; round < 50; round++)
        {
            var made = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Task.Run(() => (number, IsFirst: DurableFile.TryCreate(Path, Encoding.ASCII.GetBytes($"{number}"), OwnerOnly)))));

            var first = made.Single(one => one.IsFirst);
            (await File.ReadAllTextAsync(Path)).ShouldBe($"{first.number}");
            File.GetUnixFileMode(Path).ShouldBe(OwnerOnly);
            Directory.GetFiles(_folder.Path).ShouldBe([Path]);
            File.Delete(Path);
        }
    }

    [Fact]
    public void FlushFolder_IsNotThere_SaysWhich() =>
        Should.Throw<IOException>(() => DurableFile.FlushFolder(Path)).Message.ShouldBe($"could not open {Path}: No such file or directory");

    public void Dispose() => _folder.Dispose();

    private string Path => _folder.File("file");
}
