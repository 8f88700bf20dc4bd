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
        File.WriteAllText(Path + DurableFile.Draft, "half");

        DurableFile.Write(Path, "new"u8, OwnerOnly);

        File.ReadAllText(Path).ShouldBe("new");
        File.GetUnixFileMode(Path).ShouldBe(OwnerOnly);
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
