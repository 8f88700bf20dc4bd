using Warren.Agent.Logs;
using Warren.TestSupport.Processes;

namespace Warren.Agent.Tests.Logs;

public sealed class FollowTests : IDisposable
{
    private readonly LogFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Follow_OverManyRotations_LosesNothingAndRepeatsNothing()
    {
        await using var logger = await _files.StartLoggerAsync(size: 64 * 1024, files: 1000);
        var reading = _files.ReadAsync(new LogQuery { Follow = true });
        // Whole lines in writes that the kernel does not split: a line that is half there for long is shown in parts.
        foreach (var chunk in Enumerable.Range(0, 50_000).Select(i => $"line {i} of the output of a container\n").Chunk(80))
            await logger.Stdout.WriteAsync(System.Text.Encoding.UTF8.GetBytes(string.Concat(chunk)));

        (await logger.EndAsync()).ShouldBe(0);
        var texts = (await reading).Select(LogFiles.Text).ToList();
        texts.ShouldBe(Enumerable.Range(0, 50_000).Select(i => $"line {i} of the output of a container"));
        _files.FileNames().Length.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task Follow_OneLineAtATime_SeesEachAtOnce()
    {
        await using var logger = await _files.StartLoggerAsync();
        using var limit = new CancellationTokenSource(LogFiles.Limit);
        var entries = _files.Store.ReadAsync(_files.Id, new LogQuery { Follow = true }, limit.Token).GetAsyncEnumerator(limit.Token);
        for (var i = 0; i < 200; i++)
        {
            await logger.Stdout.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"{i}\n"), limit.Token);
            (await entries.MoveNextAsync()).ShouldBeTrue();
            LogFiles.Text(entries.Current).ShouldBe($"{i}");
        }

        await logger.EndAsync();
        (await entries.MoveNextAsync()).ShouldBeFalse();
        await entries.DisposeAsync();
    }

    [Fact]
    public async Task Follow_BeforeTheLoggerStarts_WaitsForIt()
    {
        var reading = _files.TextsAsync(new LogQuery { Follow = true });
        await using var logger = await _files.StartLoggerAsync();
        await logger.Stdout.WriteAsync("first\n"u8.ToArray());
        await logger.EndAsync();
        (await reading).ShouldBe("first");
    }

    [Fact]
    public async Task Follow_TailZero_GivesNewLinesOnly()
    {
        await using (var before = await _files.StartLoggerAsync())
        {
            await before.Stdout.WriteAsync("old\n"u8.ToArray());
            await before.EndAsync();
        }

        await using var logger = await _files.StartLoggerAsync();
        using var limit = new CancellationTokenSource(LogFiles.Limit);
        var entries = _files.Store.ReadAsync(_files.Id, new LogQuery { Follow = true, Tail = 0 }, limit.Token).GetAsyncEnumerator(limit.Token);
        var next = entries.MoveNextAsync();
        await logger.Stdout.WriteAsync("new\n"u8.ToArray());
        (await next).ShouldBeTrue();
        LogFiles.Text(entries.Current).ShouldBe("new");
        await logger.EndAsync();
        (await entries.MoveNextAsync()).ShouldBeFalse();
        await entries.DisposeAsync();
    }

    [Fact]
    public async Task Follow_LoggerKilled_EndsWithWhatItWrote()
    {
        await using var logger = await _files.StartLoggerAsync();
        using var limit = new CancellationTokenSource(LogFiles.Limit);
        var entries = _files.Store.ReadAsync(_files.Id, new LogQuery { Follow = true }, limit.Token).GetAsyncEnumerator(limit.Token);
        await logger.Stdout.WriteAsync("last words\n"u8.ToArray());
        (await entries.MoveNextAsync()).ShouldBeTrue();
        logger.Process.Send(Signal.Kill);
        (await entries.MoveNextAsync()).ShouldBeFalse();
        await entries.DisposeAsync();
    }

    [Fact]
    public async Task Follow_ContainerEndedWithOpenPipes_EndsByEnd()
    {
        await using var logger = await _files.StartLoggerAsync();
        var reading = _files.ReadAsync(new LogQuery { Follow = true });
        await logger.Stdout.WriteAsync("no newline"u8.ToArray());
        await _files.Store.EndAsync(_files.Id, CancellationToken.None);
        LogFiles.Lines(await reading.WaitAsync(LogFiles.Limit)).ShouldBe(["no newline"]);
        (await logger.Process.Exited.WaitAsync(LogFiles.Limit)).ShouldBe(0);
    }

    [Fact]
    public async Task Follow_LogRemoved_Ends()
    {
        await using var logger = await _files.StartLoggerAsync();
        using var limit = new CancellationTokenSource(LogFiles.Limit);
        var entries = _files.Store.ReadAsync(_files.Id, new LogQuery { Follow = true }, limit.Token).GetAsyncEnumerator(limit.Token);
        await logger.Stdout.WriteAsync("a\n"u8.ToArray());
        (await entries.MoveNextAsync()).ShouldBeTrue();
        await _files.Store.RemoveAsync(_files.Id, CancellationToken.None);
        _files.Store.Prepare(_files.Id);
        (await entries.MoveNextAsync()).ShouldBeFalse();
        Directory.GetFiles(_files.Folder).ShouldBeEmpty();
        await entries.DisposeAsync();
    }

    [Fact]
    public async Task Follow_SlowReader_IsToldOfFilesThatRotationRemoved()
    {
        _files.Append(1, LogFiles.Line(0, "a"));
        await using var logger = await _files.StartLoggerAsync(size: 4096, files: 2);
        using var limit = new CancellationTokenSource(LogFiles.Limit);
        var entries = _files.Store.ReadAsync(_files.Id, new LogQuery { Follow = true }, limit.Token).GetAsyncEnumerator(limit.Token);
        (await entries.MoveNextAsync()).ShouldBeTrue();
        // Ten files and more, while the reader holds the first open.
        await logger.Stdout.WriteAsync(System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 1000) + "\n", 60))));
        await logger.EndAsync();
        var texts = new List<string>();
        while (await entries.MoveNextAsync()) texts.Add(LogFiles.Text(entries.Current));
        texts.Count(text => text.Contains("log files were removed by rotation before they were read", StringComparison.Ordinal)).ShouldBe(1);
        texts.Count(text => text.StartsWith('x')).ShouldBeInRange(5, 20);
        await entries.DisposeAsync();
    }

    [Fact]
    public async Task Follow_Cancelled_StopsWaiting()
    {
        await using var logger = await _files.StartLoggerAsync();
        using var cancel = new CancellationTokenSource();
        var entries = _files.Store.ReadAsync(_files.Id, new LogQuery { Follow = true }, cancel.Token).GetAsyncEnumerator(cancel.Token);
        var next = entries.MoveNextAsync();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await next);
    }

    [Fact]
    public async Task Follow_UntilATime_EndsThen()
    {
        await using var logger = await _files.StartLoggerAsync();
        (await _files.TextsAsync(new LogQuery { Follow = true, Until = TimeProvider.System.GetUtcNow() })).ShouldBe("");
    }
}
