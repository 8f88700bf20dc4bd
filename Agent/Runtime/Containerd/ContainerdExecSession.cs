using Grpc.Core;
using Warren.Agent.Runtime.Containerd.Api.TasksV1;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>A further process in a container.</summary>
internal sealed class ContainerdExecSession : IExecSession
{
    // What a process gets that goes down with its container.
    private const int KilledCode = 128 + 9;

    private readonly ContainerdContext _context;
    private readonly ContainerId _container;
    private readonly string _exec;
    private readonly ExecPipes _pipes;
    private readonly ContainerdExecs _execs;
    private readonly CancellationTokenSource _disposed = new();

    public ContainerdExecSession(ContainerdContext context, ContainerId container, string exec, ExecPipes pipes, ContainerdExecs execs)
    {
        _context = context;
        _container = container;
        _exec = exec;
        _pipes = pipes;
        _execs = execs;
        Stdin = pipes.Stdin is { } stdin ? new ExecInput(stdin, CloseInputAsync) : null;
        Completion = WaitAsync();
    }

    public Stream? Stdin { get; }

    public Stream Stdout => _pipes.Stdout;

    public Stream Stderr => _pipes.Stderr;

    public Task<int> Completion { get; }

    public Task ResizeAsync(TerminalSize size, CancellationToken cancellationToken) => IfItRunsAsync("resize", async () =>
        await _context.Connection.Tasks.ResizePtyAsync(
            new ResizePtyRequest { ContainerId = _container.Value, ExecId = _exec, Width = (uint)size.Columns, Height = (uint)size.Rows },
            _context.Connection.Short(cancellationToken)), cancellationToken);

    public Task SignalAsync(int signal, CancellationToken cancellationToken) => IfItRunsAsync("signal", async () =>
        await _context.Connection.Tasks.KillAsync(
            new KillRequest { ContainerId = _container.Value, ExecId = _exec, Signal = (uint)signal }, _context.Connection.Long(cancellationToken)),
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_disposed.IsCancellationRequested) return;
        await _disposed.CancelAsync();
        await _pipes.DisposeAsync();
        await _execs.TryRemoveAsync(_container.Value, _exec);
        await ((Task)Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _disposed.Dispose();
    }

    private async Task<int> WaitAsync()
    {
        var request = new WaitRequest { ContainerId = _container.Value, ExecId = _exec };
        var delay = _context.Options.ReconnectDelay;
        while (true)
        {
            try
            {
                return (int)(await _context.Connection.Tasks.WaitAsync(request, _context.Connection.Unbounded(_disposed.Token))).ExitStatus;
            }
            catch (RpcException exception) when (ContainerdErrors.IsNotFound(exception) || ContainerdErrors.IsCancelled(exception, _disposed.Token))
            {
                return KilledCode;
            }
            catch (RpcException exception) when (ContainerdErrors.IsUnavailable(exception))
            {
                // containerd starts anew; the process goes on.
                await Task.Delay(delay, _context.Time, _disposed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, _context.Options.MaxReconnectDelay.Ticks));
            }
            catch (RpcException exception)
            {
                throw ContainerdErrors.Translate(exception, $"{_container}: waiting for exec {_exec}");
            }
        }
    }

    // The shim holds an end for writing itself, so that closing ours alone is no end.
    private Task CloseInputAsync() => IfItRunsAsync("closing the input", async () =>
        await _context.Connection.Tasks.CloseIOAsync(
            new CloseIORequest { ContainerId = _container.Value, ExecId = _exec, Stdin = true }, _context.Connection.Short(_disposed.Token)), _disposed.Token);

    private async Task IfItRunsAsync(string doing, Func<Task> call, CancellationToken cancellationToken)
    {
        try
        {
            await call();
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition || Completion.IsCompleted)
        {
            // It has ended.
        }
        catch (RpcException exception) when (ContainerdErrors.IsCancelled(exception, cancellationToken))
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException exception)
        {
            throw ContainerdErrors.Translate(exception, $"{_container}: exec {_exec}: {doing}");
        }
    }
}
