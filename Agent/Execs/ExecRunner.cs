using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime;
using Warren.Execs;
using Warren.Tasks;

namespace Warren.Agent.Execs;

/// <summary>
/// Runs further processes in containers for callers that managers have. A process ends with its caller, and with the agent at the latest; nothing of it is stored, and what an
/// agent that was killed leaves behind is ended by the next one.
/// </summary>
internal sealed partial class ExecRunner(IContainerRuntime runtime, ExecRunnerOptions options, TimeProvider time, ILogger<ExecRunner> logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];

    /// <summary>How many there are.</summary>
    public int Running
    {
        get
        {
            lock (_gate) return _running.Count;
        }
    }

    /// <summary>Begins one, in the background.</summary>
    public void Begin(ExecSpec spec, IExecCaller caller)
    {
        lock (_gate)
        {
            if (_end.IsCancellationRequested) return;
            var run = _running.Count < options.MaxExecs
                ? RunAsync(spec, caller)
                : TellAsync(spec.Task, caller, ExecOutputKind.Refused, $"its node runs {options.MaxExecs} processes for callers at most; end one, and try again");
            _running.Add(run);
            _ = ForgetAsync(run);
        }
    }

    /// <summary>Ends all of them.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_end.IsCancellationRequested) return;
        await _end.CancelAsync();
        Task[] running;
        lock (_gate) running = [.. _running];
        await Task.WhenAll(running);
        lock (_gate) _running.ExceptWith(running);
        _end.Dispose();
    }

    private static ExecRequest Request(ExecSpec spec) => new()
    {
        Command = spec.Command,
        Env = spec.Env,
        User = spec.User,
        WorkingDirectory = spec.WorkingDirectory,
        Tty = spec.HasTerminal,
        Stdin = spec.HasInput,
        Size = new(spec.Columns, spec.Rows),
    };

    private async Task ForgetAsync(Task run)
    {
        await run;
        lock (_gate) _running.Remove(run);
    }

    private async Task RunAsync(ExecSpec spec, IExecCaller caller)
    {
        await Task.Yield();
        var (kind, reason) = (ExecOutputKind.Failed, "its node's agent stops");
        try
        {
            var session = await runtime.ExecAsync(new ContainerId(spec.Task.ToString()), Request(spec), _end.Token);
            await using (session)
            {
                LogBegun(spec.Task, spec.HasTerminal);
                using var run = new ExecRun(session, caller, options, time);
                await run.RunAsync(_end.Token);
            }

            LogEnded(spec.Task);
            return;
        }
        catch (ContainerRuntimeException failure)
        {
            kind = failure.Fault switch
            {
                RuntimeFault.Invalid => ExecOutputKind.Invalid,
                RuntimeFault.NotFound => ExecOutputKind.Refused,
                _ => ExecOutputKind.Failed,
            };
            reason = failure.Message;
        }
        catch (OperationCanceledException)
        {
            // The caller is gone, or the agent stops.
        }
        catch (Exception failure)
        {
            reason = $"its node: {failure.Message}";
            LogFailed(failure, spec.Task);
        }

        await TellAsync(spec.Task, caller, kind, reason);
    }

    private async Task TellAsync(TaskId task, IExecCaller caller, ExecOutputKind kind, string reason)
    {
        try
        {
            await caller.TakeAsync(new() { Kind = kind, Reason = reason }).WaitAsync(options.TellLimit, time);
        }
        catch (Exception failure)
        {
            LogCallerGone(task, failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "A process was started in {Task} for a caller; terminal: {HasTerminal}")]
    private partial void LogBegun(TaskId task, bool hasTerminal);

    [LoggerMessage(LogLevel.Information, "A process that was started in {Task} for a caller has ended")]
    private partial void LogEnded(TaskId task);

    [LoggerMessage(LogLevel.Warning, "A process that was started in {Task} for a caller broke off, and is killed")]
    private partial void LogFailed(Exception failure, TaskId task);

    [LoggerMessage(LogLevel.Debug, "The caller of a process in {Task} is gone: {Reason}")]
    private partial void LogCallerGone(TaskId task, string reason);
}
