using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Images.Registry;
using Warren.TestSupport;

namespace Warren.Images.Tests.Registry;

public sealed class WatchedFileTests : IDisposable
{
    private readonly TempFolder _folder = TempFolder.Create("watched");

    private string File => _folder.File("settings");

    [Fact]
    public void Read_Missing_GivesTheDefault() => Watch().Read().ShouldBe(("none", null));

    [Fact]
    public void Read_AfterAChange_GivesTheNew()
    {
        var file = Watch();
        Write("one");
        file.Read().ShouldBe(("one", null));
        Write("other");
        file.Read().ShouldBe(("other", null));
        System.IO.File.Delete(File);
        file.Read().ShouldBe(("none", null));
    }

    [Fact]
    public void Read_AfterAChangeWithinTheSameStepOfTime_GivesTheNew()
    {
        var file = Watch();
        // A time that has not passed yet, so that the test may take its own.
        var time = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1);
        foreach (var text in (string[])["one", "two"])
        {
            Write(text);
            System.IO.File.SetLastWriteTimeUtc(File, time);
            file.Read().ShouldBe((text, null));
        }
    }

    [Fact]
    public void Read_BrokenChange_KeepsTheOldAndTellsUntilItIsMended()
    {
        var file = Watch();
        Write("good");
        file.Read();
        Write("bad!");
        for (var i = 0; i < 2; i++)
        {
            var (value, problem) = file.Read();
            value.ShouldBe("good");
            problem.ShouldBe($"{File} cannot be used: it is bad");
        }
        Write("mended");
        file.Read().ShouldBe(("mended", null));
    }

    [Fact]
    public void Read_BrokenFromTheStart_GivesNothing()
    {
        Write("bad!");
        Watch().Read().Value.ShouldBeNull();
    }

    [Fact]
    public void Read_SecretThatOthersMayRead_IsRefusedUntilClosed()
    {
        Write("secret");
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var file = Watch(isSecret: true);
        file.Read().Value.ShouldBeNull();
        file.Read().Problem!.ShouldContain($"chmod 600 {File}");
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        file.Read().ShouldBe(("secret", null));
    }

    [Fact]
    public void Read_SecretThatOthersMayReadForAWhile_IsWithoutProblemOnceClosed()
    {
        Write("secret");
        System.IO.File.SetLastWriteTimeUtc(File, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1));
        var file = Watch(isSecret: true);
        foreach (var isOpen in (bool[])[false, true, false])
        {
            var others = isOpen ? UnixFileMode.OtherRead : UnixFileMode.None;
            System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);
            var (value, problem) = file.Read();
            value.ShouldBe("secret");
            (problem is not null).ShouldBe(isOpen);
        }
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string text) => System.IO.File.WriteAllText(File, text);

    private WatchedFile<string> Watch(bool isSecret = false) => new(
        File,
        "none",
        bytes => Encoding.UTF8.GetString(bytes.Span) is var text && text.EndsWith('!') ? throw new FormatException("it is bad") : text,
        isSecret,
        NullLogger.Instance);
}
