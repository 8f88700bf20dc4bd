using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime;
using Warren.Logs;
using Warren.Tasks;

namespace Warren.Agent.Logs;

/// <summary>Sends the output of tasks to readers that managers have: what is there in batches, and what comes later soon after it is written.</summary>
internal sealed partial class LogSender(ILogStore logs, LogSenderOptions options, TimeProvider time, ILogger<LogSender> logger) : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private int _readers;

    /// <summary>How many readers there are.</summary>
    public int Readers => Volatile.Read(ref _readers);

    /// <summary>Begins to send, in the background.</summary>
    public void Begin(LogRequest request, ILogReader reader) => _ = RunAsync(request, reader);

    /// <summary>Ends all sending.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    private async Task RunAsync(LogRequest request, ILogReader reader)
    {
        try
        {
            if (Interlocked.Increment(ref _readers) > options.MaxReaders)
                await reader.TakeAsync(new() { IsEnd = true, Problem = $"the node sends the output of {options.MaxReaders} readers at most; end one, and try again" });
            else
                await SendAsync(request, reader);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The agent stops.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(failure, request.Task);
            await TellAsync(request.Task, reader, failure.Message);
        }
        catch (Exception failure)
        {
            // The reader is gone, or its manager; one that still wants something asks again.
            LogReaderGone(request.Task, failure.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _readers);
        }
    }

    private async Task TellAsync(TaskId task, ILogReader reader, string problem)
    {
        try
        {
            await reader.TakeAsync(new() { IsEnd = true, Problem = $"its output cannot be read: {problem}" });
        }
        catch (Exception failure)
        {
            LogReaderGone(task, failure.Message);
        }
    }

    private async Task SendAsync(LogRequest request, ILogReader reader)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        var query = new LogQuery { Follow = request.Follow, Tail = request.Tail, Since = request.Since };
        var entries = logs.ReadAsync(new ContainerId(request.Task.ToString()), query, ending.Token).GetAsyncEnumerator(ending.Token);
        await using (entries)
        {
            var next = entries.MoveNextAsync().AsTask();
            try
            {
                await SendAsync(entries, next, reader, moved => next = moved, ending.Token);
            }
            finally
            {
                // An enumerator is not left in the middle of a step.
                await ending.CancelAsync();
                await next.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }

    private async Task SendAsync(IAsyncEnumerator<LogEntry> entries, Task<bool> next, ILogReader reader, Action<Task<bool>> moved, CancellationToken ending)
    {
        var lines = ImmutableArray.CreateBuilder<LogText>();
        var bytes = 0;
        while (true)
        {
            // What comes close together goes together; when nothing comes, the reader hears that the agent is there.
            while (await WaitAsync(next, lines.Count > 0 ? options.Coalesce : options.KeepAlive, ending))
            {
                if (!await FlushAsync(isEnd: false)) return;
            }

            if (!await next) break;
            var entry = entries.Current;
            lines.Add(new() { At = entry.At, IsError = entry.Stream == LogStream.Stderr, Text = entry.Text.ToArray(), IsPartial = entry.IsPartial });
            bytes += entry.Text.Length;
            moved(next = entries.MoveNextAsync().AsTask());
            if ((lines.Count >= options.MaxLines || bytes >= options.MaxBytes) && !await FlushAsync(isEnd: false)) return;
        }

        await FlushAsync(isEnd: true);

        Task<bool> FlushAsync(bool isEnd)
        {
            var batch = new LogBatch { Lines = lines.DrainToImmutable(), IsEnd = isEnd };
            bytes = 0;
            return reader.TakeAsync(batch);
        }
    }

    /// <returns>Whether the time passed without the step.</returns>
    private async Task<bool> WaitAsync(Task next, TimeSpan limit, CancellationToken ending)
    {
        if (next.IsCompleted) return false;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ending);
        var first = await Task.WhenAny(next, Task.Delay(limit, time, waiting.Token));
        await waiting.CancelAsync();
        ending.ThrowIfCancellationRequested();
        return first != next;
    }

    [LoggerMessage(LogLevel.Warning, "The output of {Task} cannot be read")]
    private partial void LogUnreadable(Exception failure, TaskId task);

    [LoggerMessage(LogLevel.Debug, "A reader of the output of {Task} is gone: {Reason}")]
    private partial void LogReaderGone(TaskId task, string reason);
}
