using System.Globalization;
using System.Text;
using Warren.Agent.Logs;
using Warren.TestSupport.Processes;

namespace Warren.Agent.Tests.Logs;

/// <summary>The logger itself, by real pipes.</summary>
public sealed class LoggerTests : IDisposable
{
    private readonly LogFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Output_OfBothStreams_IsKeptWithItsTime()
    {
        var before = TimeProvider.System.GetUtcNow();
        await using var logger = await _files.StartLoggerAsync();
        await WriteAsync(logger.Stdout, "out\n\nwithout end");
        await WriteAsync(logger.Stderr, "err\n");
        (await logger.EndAsync()).ShouldBe(0);
        var entries = await _files.ReadAsync();
        LogFiles.Lines(entries.Where(entry => entry.Stream == LogStream.Stdout)).ShouldBe(["out", "", "without end"]);
        entries.Where(entry => entry.Stream == LogStream.Stderr).Select(LogFiles.Text).ShouldBe(["err"]);
        entries.ShouldAllBe(entry => entry.At >= before && entry.At <= TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Rotation_OfAHundredMegabytes_LosesNoLineAndSplitsNone()
    {
        var random = new Random(1);
        await using var logger = await _files.StartLoggerAsync(size: 5 * 1024 * 1024);
        var filler = new string('x', 40_000);
        var count = 0;
        await using (var writer = new StreamWriter(logger.Stdout, new UTF8Encoding(false), 1 << 16))
        {
            for (var bytes = 0L; bytes < 100_000_000; count++)
            {
                // Some longer than a part, most not.
                var length = random.Next(50) == 0 ? random.Next(40_000) : random.Next(400);
                var line = $"{count}:{length}:{filler[..length]}";
                await writer.WriteAsync(line);
                await writer.WriteAsync('\n');
                bytes += line.Length + 1;
            }
        }

        (await logger.EndAsync()).ShouldBe(0);
        foreach (var file in Directory.GetFiles(_files.Folder, "*.log")) new FileInfo(file).Length.ShouldBeLessThan(5 * 1024 * 1024 + 20_000);
        var next = 0;
        var joined = new StringBuilder();
        await foreach (var entry in _files.Store.ReadAsync(_files.Id, new LogQuery(), CancellationToken.None))
        {
            joined.Append(LogFiles.Text(entry));
            if (entry.IsPartial) continue;
            var parts = joined.ToString().Split(':');
            int.Parse(parts[0], CultureInfo.InvariantCulture).ShouldBe(next++);
            parts[2].Length.ShouldBe(int.Parse(parts[1], CultureInfo.InvariantCulture));
            joined.Clear();
        }

        next.ShouldBe(count);
    }

    [Fact]
    public async Task Rotation_BeyondTheCount_KeepsTheNewestFiles()
    {
        await using var logger = await _files.StartLoggerAsync(size: 4096, files: 3);
        for (var i = 0; i < 100; i++) await WriteAsync(logger.Stdout, $"{i}:{new string('x', 500)}\n");
        await logger.EndAsync();
        var names = _files.FileNames();
        names.Length.ShouldBe(3);
        var texts = (await _files.ReadAsync()).Select(LogFiles.Text).Select(text => int.Parse(text.Split(':')[0], CultureInfo.InvariantCulture)).ToList();
        texts.ShouldBe(Enumerable.Range(100 - texts.Count, texts.Count));
        texts.Count.ShouldBeInRange(14, 24);
    }

    [Fact]
    public async Task LongLine_IsKeptInPartsThatJoin()
    {
        await using var logger = await _files.StartLoggerAsync();
        var text = new string('y', 50_000);
        await WriteAsync(logger.Stdout, text + "\n" + new string('z', 16 * 1024) + "\n");
        await logger.EndAsync();
        var entries = await _files.ReadAsync();
        entries.Select(entry => entry.IsPartial).ShouldBe([true, true, true, false, false]);
        string.Concat(entries.Take(4).Select(LogFiles.Text)).ShouldBe(text);
    }

    [Fact]
    public async Task UnfinishedLine_IsShownAndItsEndFollows()
    {
        await using var logger = await _files.StartLoggerAsync();
        using var limit = new CancellationTokenSource(LogFiles.Limit);
        var entries = _files.Store.ReadAsync(_files.Id, new LogQuery { Follow = true }, limit.Token).GetAsyncEnumerator(limit.Token);
        await WriteAsync(logger.Stdout, "name? ");
        (await entries.MoveNextAsync()).ShouldBeTrue();
        (LogFiles.Text(entries.Current), entries.Current.IsPartial).ShouldBe(("name? ", true));
        await WriteAsync(logger.Stdout, "\n");
        (await entries.MoveNextAsync()).ShouldBeTrue();
        (LogFiles.Text(entries.Current), entries.Current.IsPartial).ShouldBe(("", false));
        // One that never gets an end is ended with the output.
        await WriteAsync(logger.Stdout, "bye");
        (await entries.MoveNextAsync()).ShouldBeTrue();
        (LogFiles.Text(entries.Current), entries.Current.IsPartial).ShouldBe(("bye", true));
        await logger.EndAsync();
        (await entries.MoveNextAsync()).ShouldBeTrue();
        (LogFiles.Text(entries.Current), entries.Current.IsPartial).ShouldBe(("", false));
        (await entries.MoveNextAsync()).ShouldBeFalse();
        await entries.DisposeAsync();
    }

    [Fact]
    public async Task Signals_ThatAreNotFromTheShim_AreIgnored()
    {
        await using var logger = await _files.StartLoggerAsync();
        await using (var sender = ChildProcess.Start("kill", "/bin/sh",
            ["-c", string.Join("; ", new[] { "TERM", "INT", "HUP", "QUIT", "PIPE" }.Select(name => $"kill -{name} {logger.Process.Id}"))]))
        {
            (await sender.Exited).ShouldBe(0);
        }

        await WriteAsync(logger.Stdout, "still here\n");
        (await logger.EndAsync()).ShouldBe(0);
        (await _files.TextsAsync()).ShouldBe("still here");
    }

    [Fact]
    public async Task Terminate_FromTheShim_EndsItThoughThePipesAreOpen()
    {
        // This process started the logger, as the shim does.
        await using var logger = await _files.StartLoggerAsync();
        await WriteAsync(logger.Stderr, "the end\n");
        logger.Process.Send(Signal.Terminate);
        (await logger.Process.Exited.WaitAsync(LogFiles.Limit)).ShouldBe(0);
        (await _files.TextsAsync()).ShouldBe("the end");
    }

    [Fact]
    public async Task KilledInTheMiddleOfALine_NextStartTakesItBack()
    {
        _files.Append(3, LogFiles.Line(0, "whole") + LogFiles.Line(1, "torn")[..20]);
        await using var logger = await _files.StartLoggerAsync();
        await WriteAsync(logger.Stdout, "next\n");
        await logger.EndAsync();
        (await _files.TextsAsync()).ShouldBe("whole|next");
        _files.FileNames().ShouldBe(["0000000003.log"]);
    }

    [Fact]
    public async Task FolderRemoved_IsMadeAgain()
    {
        await using var logger = await _files.StartLoggerAsync();
        await WriteAsync(logger.Stdout, "before\n");
        Directory.Delete(_files.Folder, recursive: true);
        using var limit = new CancellationTokenSource(LogFiles.Limit);
        while (!Directory.Exists(_files.Folder))
        {
            await WriteAsync(logger.Stdout, "after\n");
            await Task.Delay(50, limit.Token);
        }

        await WriteAsync(logger.Stdout, "the last\n");
        (await logger.EndAsync()).ShouldBe(0);
        (await _files.TextsAsync(new LogQuery { Tail = 1 })).ShouldBe("the last");
        LoggerLock.Look(_files.Folder).State.ShouldBe(LoggerState.Ended);
    }

    [Fact]
    public async Task Terminal_EndsWithStdout_AndLinesLoseTheirReturn()
    {
        await using var logger = await _files.StartLoggerAsync(terminal: true);
        await WriteAsync(logger.Stdout, "a\r\nb\rc\r\n");
        await logger.Stdout.DisposeAsync();
        (await logger.Process.Exited.WaitAsync(LogFiles.Limit)).ShouldBe(0);
        (await _files.TextsAsync()).ShouldBe("a|b\rc");
    }

    [Theory]
    [InlineData("dir", "relative", "dir: 'relative' is not right")]
    [InlineData("size", "10", "size: '10' is not right")]
    [InlineData("files", "-1", "files: '-1' is not right")]
    [InlineData("colour", "red", "colour: 'red' is not right")]
    public async Task Arguments_Wrong_AreNamed(string name, string value, string message)
    {
        await using var logger = ChildProcess.Start("warren-log", FileLogStore.LoggerProgram, [name, value]);
        await logger.ErrorLineAsync(message, LogFiles.Limit);
        (await logger.Exited).ShouldBe(64);
    }

    [Fact]
    public async Task SecondLogger_OfAFolderInUse_Refuses()
    {
        await using var first = await _files.StartLoggerAsync();
        await using var second = ChildProcess.Start("warren-log", FileLogStore.LoggerProgram, ["dir", _files.Folder, "size", "4096", "files", "1"]);
        await second.ErrorLineAsync("another logger writes here", LogFiles.Limit);
        (await second.Exited).ShouldBe(75);
    }

    [Fact]
    public async Task AMegabyteASecond_CostsLittle()
    {
        await using var logger = await _files.StartLoggerAsync(size: 10 * 1024 * 1024, files: 3);
        var block = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 99) + "\n", 10)));
        for (var i = 0; i < 5000; i++)
        {
            await logger.Stdout.WriteAsync(block);
            if (i % 10 == 0) await Task.Delay(10);
        }

        // utime and stime are the 14th and 15th field, in hundredths of a second; the name in brackets is the second.
        var fields = (await File.ReadAllTextAsync($"/proc/{logger.Process.Id}/stat")).Split(") ")[1].Split(' ');
        var hundredths = int.Parse(fields[11], CultureInfo.InvariantCulture) + int.Parse(fields[12], CultureInfo.InvariantCulture);
        hundredths.ShouldBeLessThan(100, "processor time for 5 MB");
        var resident = (await File.ReadAllLinesAsync($"/proc/{logger.Process.Id}/status")).Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        int.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture).ShouldBeLessThan(1024, "KiB in memory");
    }

    private static async Task WriteAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
}
