using Warren.Agent.Logs;
using Warren.Agent.Runtime;

namespace Warren.Agent.Tests.Logs;

public sealed class FileLogStoreTests : IDisposable
{
    private readonly LogFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Read_SeveralFiles_GivesAllInOrder()
    {
        _files.Append(9, LogFiles.Line(1, "a") + LogFiles.Line(2, "b", LogStream.Stderr));
        _files.Append(10, LogFiles.Line(3, "c", partial: true));
        var entries = await _files.ReadAsync();
        entries.Select(entry => (entry.At - LogFiles.Start).TotalSeconds).ShouldBe([1, 2, 3]);
        entries.Select(LogFiles.Text).ShouldBe(["a", "b", "c"]);
        entries.Select(entry => entry.Stream).ShouldBe([LogStream.Stdout, LogStream.Stderr, LogStream.Stdout]);
        entries.Select(entry => entry.IsPartial).ShouldBe([false, false, true]);
    }

    [Fact]
    public async Task Read_WithoutLog_IsEmpty()
    {
        (await _files.ReadAsync()).ShouldBeEmpty();
        Directory.Delete(_files.Folder);
        (await _files.ReadAsync(new LogQuery { Follow = true })).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "9")]
    [InlineData(3, "7|8|9")]
    [InlineData(7, "3|4|5|6|7|8|9")]
    [InlineData(100, "0|1|2|3|4|5|6|7|8|9")]
    public async Task Read_Tail_GivesTheLastLinesOverFiles(int tail, string expected)
    {
        for (var i = 0; i < 10; i++) _files.Append(1 + i / 4, LogFiles.Line(i, $"{i}"));
        (await _files.TextsAsync(new LogQuery { Tail = tail })).ShouldBe(expected);
    }

    [Fact]
    public async Task Read_Tail_CountsLinesOfManyChunksExactly()
    {
        // Enough for several reads from the end, with lines that lie across them.
        var random = new Random(7);
        var lines = Enumerable.Range(0, 5000).Select(i => $"{i} " + new string('x', random.Next(200))).ToArray();
        for (var file = 0; file < 5; file++)
            _files.Append(file + 1, string.Concat(lines.Skip(file * 1000).Take(1000).Select((line, i) => LogFiles.Line(i, line))));
        foreach (var tail in new[] { 1, 999, 1000, 1001, 2500, 4999, 5000 })
            (await _files.ReadAsync(new LogQuery { Tail = tail })).Select(LogFiles.Text).ShouldBe(lines[^tail..]);
    }

    [Fact]
    public async Task Read_TailOfAStream_CountsOnlyItsLinesWithAllTheirParts()
    {
        _files.Append(1, LogFiles.Line(0, "o1") + LogFiles.Line(1, "e1", LogStream.Stderr) + LogFiles.Line(2, "o2a", partial: true)
            + LogFiles.Line(3, "e2", LogStream.Stderr) + LogFiles.Line(4, "o2b") + LogFiles.Line(5, "e3", LogStream.Stderr));
        (await _files.TextsAsync(new LogQuery { Tail = 1, Stream = LogStream.Stdout })).ShouldBe("o2a|o2b");
        (await _files.TextsAsync(new LogQuery { Tail = 2, Stream = LogStream.Stderr })).ShouldBe("e2|e3");
        // Of both streams the line in parts is the last but one, and the entry between its parts is not asked for.
        (await _files.TextsAsync(new LogQuery { Tail = 2 })).ShouldBe("o2a|o2b|e3");
    }

    [Fact]
    public async Task Read_SinceAndUntil_AreExact()
    {
        for (var i = 0; i < 10; i++) _files.Append(1 + i / 3, LogFiles.Line(i, $"{i}"));
        var query = new LogQuery { Since = LogFiles.Start.AddSeconds(3), Until = LogFiles.Start.AddSeconds(7) };
        (await _files.TextsAsync(query)).ShouldBe("3|4|5|6");
        (await _files.TextsAsync(query with { Tail = 2 })).ShouldBe("5|6");
        (await _files.TextsAsync(query with { Since = LogFiles.Start.AddSeconds(3).AddTicks(1) })).ShouldBe("4|5|6");
    }

    [Fact]
    public async Task Read_Since_PassesOverFilesThatEndedBefore()
    {
        // Whatever an old file holds, it is not looked at.
        _files.Append(1, LogFiles.Line(500, "not looked at"));
        _files.Append(2, LogFiles.Line(501, "looked at"));
        File.SetLastWriteTimeUtc(LogFolder.PathOf(_files.Folder, 1), LogFiles.Start.UtcDateTime);
        (await _files.TextsAsync(new LogQuery { Since = LogFiles.Start.AddSeconds(100) })).ShouldBe("looked at");
    }

    [Fact]
    public async Task Read_UnfinishedLastLine_IsLeftOut()
    {
        _files.Append(1, LogFiles.Line(0, "a") + LogFiles.Line(1, "torn")[..^1]);
        (await _files.TextsAsync()).ShouldBe("a");
        (await _files.TextsAsync(new LogQuery { Tail = 1 })).ShouldBe("a");
    }

    [Fact]
    public async Task Read_DamagedBytes_AreLeftOutAndCounted()
    {
        _files.Append(1, LogFiles.Line(0, "a") + new string('\0', 99) + "\n" + LogFiles.Line(1, "b"));
        (await _files.TextsAsync()).ShouldBe("a|[warren: 100 damaged bytes of the log were left out]|b");
    }

    [Fact]
    public async Task Read_DamageLongerThanAnyLine_IsLeftOutAndCounted()
    {
        _files.Append(1, LogFiles.Line(0, "a") + new string('\0', 3_000_000) + "\n" + LogFiles.Line(1, "b"));
        (await _files.TextsAsync()).ShouldBe("a|[warren: 3000001 damaged bytes of the log were left out]|b");
    }

    [Fact]
    public async Task Read_NegativeTail_IsRefused()
    {
        var failure = await Should.ThrowAsync<ArgumentException>(() => _files.ReadAsync(new LogQuery { Tail = -1 }));
        failure.Message.ShouldContain("Tail: must be at least 0, was -1");
    }

    [Fact]
    public async Task Remove_CalledTwice_RemovesTheFolder()
    {
        _files.Append(1, LogFiles.Line(0, "a"));
        await _files.Store.RemoveAsync(_files.Id, CancellationToken.None);
        Directory.Exists(_files.Folder).ShouldBeFalse();
        await _files.Store.RemoveAsync(_files.Id, CancellationToken.None);
    }

    [Fact]
    public async Task Sweep_KeepsListedAndForeignFolders()
    {
        var other = _files.Store.Prepare(new ContainerId("old.7"));
        var foreign = Directory.CreateDirectory(Path.Combine(_files.Root, "Not_An_Id")).FullName;
        (await _files.Store.SweepAsync(new HashSet<ContainerId> { _files.Id }, CancellationToken.None)).ShouldBe(["log of old.7"]);
        Directory.Exists(other).ShouldBeFalse();
        Directory.Exists(foreign).ShouldBeTrue();
        Directory.Exists(_files.Folder).ShouldBeTrue();
    }

    [Fact]
    public void Prepare_AnyCaller_GivesAFolderForItsOwnerOnly() =>
        File.GetUnixFileMode(_files.Folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
