using Warren.Agent.Runtime;
using Warren.Execs;

namespace Warren.Agent.Execs;

/// <summary>Carries what a process writes to its caller, and what the caller has for it to the process. Each way has one piece under way, so that a slow end slows the other down.</summary>
internal sealed class ExecRun(IExecSession session, IExecCaller caller, ExecRunnerOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _gone = new(), _read = new();
    private Exception? _failure;
    private long _moves;
    private int _sending;

    /// <summary>Until the process has ended and its caller has all that it wrote.</summary>
    /// <exception cref="OperationCanceledException">The caller is gone, or the token was cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _gone.Token);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, _read.Token);
        await SendAsync(new() { Kind = ExecOutputKind.Started }, ending.Token);
        var outputs = Task.WhenAll(
            CopyAsync(session.Stdout, ExecOutputKind.Stdout, reading.Token), CopyAsync(session.Stderr, ExecOutputKind.Stderr, reading.Token));

        // A question to the caller is answered after seconds, which nothing waits for.
        _ = FollowAsync(ExecChannel.Control, ending.Token);
        if (session.Stdin is not null) _ = FollowAsync(ExecChannel.Data, ending.Token);
        try
        {
            var code = await session.Completion.WaitAsync(ending.Token);
            await DrainAsync(outputs, ending.Token);
            await _read.CancelAsync();
            await outputs;
            ending.Token.ThrowIfCancellationRequested();
            await SendAsync(new() { Kind = ExecOutputKind.Exited, ExitCode = code }, ending.Token);
        }
        catch (OperationCanceledException) when (_failure is not null && !cancellation.IsCancellationRequested)
        {
            throw new IOException($"the caller cannot be reached: {_failure.Message}", _failure);
        }
        finally
        {
            await _gone.CancelAsync();
            await outputs;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _turn.Dispose();
        _gone.Dispose();
        _read.Dispose();
    }

    private async Task DrainAsync(Task outputs, CancellationToken cancellation)
    {
        while (!outputs.IsCompleted)
        {
            var before = Interlocked.Read(ref _moves);
            await Task.WhenAny(outputs, Task.Delay(options.OutputLimit, time, cancellation));
            cancellation.ThrowIfCancellationRequested();
            if (Volatile.Read(ref _sending) == 0 && Interlocked.Read(ref _moves) == before) return;
        }
    }

    // Never throws: what goes wrong ends the whole.
    private async Task CopyAsync(Stream from, ExecOutputKind kind, CancellationToken cancellation)
    {
        try
        {
            var buffer = new byte[options.MaxBytes];
            while (await from.ReadAsync(buffer, cancellation) is > 0 and var count)
            {
                Interlocked.Increment(ref _moves);
                await SendAsync(new() { Kind = kind, Data = buffer.AsSpan(0, count).ToArray() }, cancellation);
            }
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            // It is over.
        }
        catch (Exception failure)
        {
            await BreakOffAsync(failure);
        }
    }

    private async Task FollowAsync(ExecChannel channel, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var input = await caller.NextAsync(channel);
                if (cancellation.IsCancellationRequested) return;
                if (input.IsGone)
                {
                    await _gone.CancelAsync();
                    return;
                }

                if (input is { Columns: { } columns, Rows: { } rows }) await session.ResizeAsync(new(columns, rows), cancellation);
                if (input.Signal is { } signal) await session.SignalAsync(signal, cancellation);
                if (!input.Data.IsEmpty) await session.Stdin!.WriteAsync(input.Data, cancellation);
                if (!input.IsEnd) continue;
                await session.Stdin!.DisposeAsync();
                return;
            }
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            // It is over.
        }
        catch (Exception failure)
        {
            await BreakOffAsync(failure);
        }
    }

    private async Task SendAsync(ExecOutput output, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _sending);
        try
        {
            await _turn.WaitAsync(cancellation);
            try
            {
                ExecAnswer answer;
                do
                {
                    answer = await caller.TakeAsync(output).WaitAsync(cancellation);
                }
                while (answer == ExecAnswer.Busy);
                if (answer == ExecAnswer.Taken) return;
                await _gone.CancelAsync();
                throw new OperationCanceledException("the caller is gone");
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _sending);
        }
    }

    private Task BreakOffAsync(Exception failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        return _gone.CancelAsync();
    }
}
