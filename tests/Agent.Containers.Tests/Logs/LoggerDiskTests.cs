using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Logs;
using Warren.Agent.Runtime;
using Warren.TestSupport;
using Warren.TestSupport.Containers;

namespace Warren.Agent.Containers.Tests.Logs;

/// <summary>The logger on a disk that gets full.</summary>
public sealed class LoggerDiskTests : IAsyncLifetime
{
    private static readonly ContainerId s_id = new("web.1");
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private SmallDisk _disk = null!;
    private FileLogStore _store = null!;

    public async Task InitializeAsync()
    {
        _disk = await SmallDisk.MountAsync(4);
        _store = new(new FileLogStoreOptions { Root = Path.Combine(_disk.Folder, "logs") }, TimeProvider.System, NullLogger<FileLogStore>.Instance);
    }

    public async Task DisposeAsync()
    {
        _store.Dispose();
        await _disk.DisposeAsync();
    }

    [Fact]
    public async Task FullDisk_DoesNotStopTheContainer_AndTheLossIsTold()
    {
        await using var logger = await LoggerProcess.StartAsync(FileLogStore.LoggerProgram, _store.Prepare(s_id), 100 * 1024 * 1024, 3);
        await WriteLinesAsync(logger, 0, 10);
        _disk.Fill();
        // Ten times what fits into the pipe and the logger's memory.
        await WriteLinesAsync(logger, 10, 100_000).WaitAsync(s_limit);
        _disk.Free();
        using var limit = new CancellationTokenSource(s_limit);
        var numbers = new List<int>();
        var notices = new List<string>();
        // Written until the logger has found the room, then the end.
        var follow = _store.ReadAsync(s_id, new LogQuery { Follow = true }, limit.Token).GetAsyncEnumerator(limit.Token);
        while (await follow.MoveNextAsync())
        {
            var text = Encoding.UTF8.GetString(follow.Current.Text.Span);
            if (!text.StartsWith("[warren-log: ", StringComparison.Ordinal))
            {
                numbers.Add(int.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture));
                continue;
            }

            notices.Add(text);
            await WriteLinesAsync(logger, 100_000, 100_010);
            await logger.EndAsync();
        }

        await follow.DisposeAsync();
        var notice = notices.ShouldHaveSingleItem();
        notice.ShouldEndWith("lines were dropped here, since they could not be written: No space left on device]");
        var dropped = int.Parse(notice.Split(' ')[1], CultureInfo.InvariantCulture);
        numbers.Count.ShouldBe(100_010 - dropped);
        numbers.Distinct().Count().ShouldBe(numbers.Count);
        numbers.Order().ShouldBe(numbers);
        numbers[..10].ShouldBe(Enumerable.Range(0, 10));
        numbers[^10..].ShouldBe(Enumerable.Range(100_000, 10));
        dropped.ShouldBeInRange(50_000, 99_900);
    }

    [Fact]
    public async Task FullDiskForAMoment_LosesNothing()
    {
        await using var logger = await LoggerProcess.StartAsync(FileLogStore.LoggerProgram, _store.Prepare(s_id), 100 * 1024 * 1024, 3);
        await WriteLinesAsync(logger, 0, 10);
        _disk.Fill();
        await WriteLinesAsync(logger, 10, 500);
        _disk.Free();
        await logger.EndAsync();
        var count = 0;
        await foreach (var entry in _store.ReadAsync(s_id, new LogQuery(), CancellationToken.None))
            Encoding.UTF8.GetString(entry.Text.Span).ShouldStartWith($"{count++} ");
        count.ShouldBe(500);
    }

    [Fact]
    public async Task FullDiskAtTheStart_LetsTheContainerStart()
    {
        var folder = Path.Combine(_disk.Folder, "logs", "web.1");
        _disk.Fill();
        await using var logger = await LoggerProcess.StartAsync(FileLogStore.LoggerProgram, folder, 4096, 3);
        await WriteLinesAsync(logger, 0, 20);
        _disk.Free();
        (await logger.EndAsync()).ShouldBe(0);
        var count = 0;
        await foreach (var entry in _store.ReadAsync(s_id, new LogQuery(), CancellationToken.None))
            Encoding.UTF8.GetString(entry.Text.Span).ShouldStartWith($"{count++} ");
        count.ShouldBe(20);
    }

    private static async Task WriteLinesAsync(LoggerProcess logger, int from, int to)
    {
        // Whole lines in writes that the kernel does not split: a line that is half there for long is kept in parts.
        foreach (var chunk in Enumerable.Range(from, to - from).Select(i => $"{i} {new string('x', 100)}\n").Chunk(30))
            await logger.Stdout.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(chunk)));
    }
}
