using System.Runtime.InteropServices;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;
using Warren.Cli.Errors;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Execs;

/// <summary>One process in a container, with this command's input and output as its own.</summary>
internal sealed class ExecSession(Call call) : IDisposable
{
    private const int Piece = 32 * 1024;

    // The runtime may have put the terminal into application mode, in which some keys send what programs in the container do not expect: rmkx of terminfo.
    private static readonly ByteString s_usualKeys = ByteString.CopyFromUtf8("\e[?1l\e>");

    private readonly SemaphoreSlim _turn = new(1);
    private readonly HashSet<string> _handedOn = [];
    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);

    /// <summary>Until the process has ended.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunAsync(ExecStart start)
    {
        if (start.Tty && TerminalCalls.SizeOf(TerminalCalls.Input) is { } size) start.Size = new() { Columns = size.Columns, Rows = size.Rows };
        using var stream = call.Manager.Execs.Exec(call.Endless.WithCancellationToken(_ending.Token));
        var (hasStarted, handsOn) = (false, false);
        using var signals = new ExecSignals(signal =>
        {
            // A process that does not end by it is left when it comes again.
            if (handsOn && Note(signal)) _ = SendAsync(stream.RequestStream, new() { Signal = signal });
            else _ending.Cancel();
        });
        RawTerminal? terminal = null;
        PosixSignalRegistration? resized = null;
        try
        {
            await stream.RequestStream.TrySendAsync(new() { Start = start }, _ending.Token);
            while (await stream.ResponseStream.MoveNext(_ending.Token))
            {
                var answer = stream.ResponseStream.Current;
                switch (answer.KindCase)
                {
                    case ExecResponse.KindOneofCase.Started:
                        (hasStarted, handsOn) = (true, !start.Tty);
                        if (start.Tty)
                        {
                            terminal = RawTerminal.Take();
                            await WriteAsync(call.Terminal.OutBytes, s_usualKeys);
                            resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, context =>
                            {
                                _ = ResizeAsync(stream.RequestStream);
                            });
                        }

                        if (start.Stdin) _ = SendInputAsync(stream.RequestStream);
                        break;
                    case ExecResponse.KindOneofCase.Stdout:
                        await WriteAsync(call.Terminal.OutBytes, answer.Stdout);
                        break;
                    case ExecResponse.KindOneofCase.Stderr:
                        await WriteAsync(call.Terminal.ErrorBytes, answer.Stderr);
                        break;
                    case ExecResponse.KindOneofCase.Exited:
                        return answer.Exited.Code;
                }
            }
        }
        catch (Exception failure) when (_ending.IsCancellationRequested && failure is RpcException or OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (RpcException failure) when (hasStarted && CallErrors.IsConnectionLost(failure))
        {
            throw new CliException(ExitCodes.Unreachable, $"the manager at {call.Where} went away, and the process in {start.Task} is ended with the call", "try again once 'warren cluster info' answers");
        }
        finally
        {
            resized?.Dispose();
            terminal?.Dispose();
            await _ending.CancelAsync();
        }

        throw new CliException(ExitCodes.Failed, "the manager ended the call without an exit code", "the manager's log says more");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ending.Dispose();
        _turn.Dispose();
    }

    private async System.Threading.Tasks.Task WriteAsync(Stream to, ByteString bytes)
    {
        await to.WriteAsync(bytes.Memory, _ending.Token);
        await to.FlushAsync(_ending.Token);
    }

    // What is typed or piped, until its end. A read that is under way when the process ends is left to the end of this one.
    private async System.Threading.Tasks.Task SendInputAsync(IClientStreamWriter<ExecRequest> to)
    {
        try
        {
            // The console's own stream would read whole lines, and edit them itself.
            var input = call.Terminal.IsInputTerminal ? new FileStream(new SafeFileHandle(TerminalCalls.Input, ownsHandle: false), FileAccess.Read, bufferSize: 0) : call.Terminal.In;
            var buffer = new byte[Piece];
            while (await System.Threading.Tasks.Task.Run(() => input.Read(buffer, 0, buffer.Length), _ending.Token) is > 0 and var count)
            {
                if (!await SendAsync(to, new() { Stdin = ByteString.CopyFrom(buffer, 0, count) })) return;
            }

            await SendAsync(to, new() { StdinEnd = new() });
        }
        catch (Exception failure) when (failure is OperationCanceledException || _ending.IsCancellationRequested)
        {
            // The process has ended, or the call, which is told by the answers.
        }
        catch (IOException failure)
        {
            await call.Terminal.Error.WriteLineAsync($"Error: the standard input cannot be read: {failure.Message}");
            await _ending.CancelAsync();
        }
    }

    private async System.Threading.Tasks.Task ResizeAsync(IClientStreamWriter<ExecRequest> to)
    {
        if (TerminalCalls.SizeOf(TerminalCalls.Input) is not { } size) return;
        await SendAsync(to, new() { Resize = new() { Columns = size.Columns, Rows = size.Rows } });
    }

    // Signals come one at a time, on a thread of the runtime.
    private bool Note(string signal)
    {
        lock (_handedOn) return _handedOn.Add(signal);
    }

    /// <returns>False if the process has ended, or the call.</returns>
    private async Task<bool> SendAsync(IClientStreamWriter<ExecRequest> to, ExecRequest request)
    {
        try
        {
            await _turn.WaitAsync(_ending.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }

        try
        {
            return await to.TrySendAsync(request, _ending.Token);
        }
        finally
        {
            _turn.Release();
        }
    }
}
