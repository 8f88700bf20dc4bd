using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Warren.Agent.Runtime.Fake;

/// <summary>
/// Pretends to run <c>echo</c>, <c>cat</c>, <c>true</c>, <c>sleep N</c> and <c>sh -c "exit N"</c>; other commands do not exist.
/// </summary>
internal sealed class FakeExecSession : IExecSession
{
    private readonly TaskCompletionSource<int> _signalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ended = new();
    private readonly Pipe _input = new();
    private readonly Pipe _output = new();

    private FakeExecSession(ExecRequest request, Func<FakeExecSession, Task<int>> run)
    {
        Stdin = request.Stdin ? _input.Writer.AsStream() : null;
        if (!request.Stdin) _input.Writer.Complete();
        Completion = RunAsync(run);
    }

    public Stream? Stdin { get; }

    public Stream Stdout => _output.Reader.AsStream();

    public Stream Stderr => Stream.Null;

    public Task<int> Completion { get; }

    public static FakeExecSession Start(ContainerId id, ExecRequest request, TimeProvider time) => request.Command.AsSpan() switch
    {
        ["echo", .. var words] when Encoding.UTF8.GetBytes(string.Join(' ', words.ToArray()) + "\n") is var text =>
            new(request, async session => await session.WriteAsync(text)),
        ["cat"] => new(request, session => session.CopyAsync()),
        ["true"] => new(request, _ => Task.FromResult(0)),
        ["sleep", var seconds] when double.TryParse(seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) =>
            new(request, session => session.SleepAsync(TimeSpan.FromSeconds(number), time)),
        ["sh", "-c", var script] when script.StartsWith("exit ", StringComparison.Ordinal)
            && byte.TryParse(script[5..], NumberStyles.None, CultureInfo.InvariantCulture, out var code) => new(request, _ => Task.FromResult((int)code)),
        [var command, ..] => throw new ContainerRuntimeException(RuntimeFault.Invalid, $"{id}: exec: the command '{command}' does not exist in the image"),
        [] => throw new ContainerRuntimeException(RuntimeFault.Invalid, $"{id}: exec: command: must be given"),
    };

    public Task ResizeAsync(TerminalSize size, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SignalAsync(int signal, CancellationToken cancellationToken)
    {
        _signalled.TrySetResult(128 + signal);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await SignalAsync(9, CancellationToken.None);
        await Completion;
        _ended.Dispose();
    }

    private async Task<int> RunAsync(Func<FakeExecSession, Task<int>> run)
    {
        await Task.Yield();
        var first = await Task.WhenAny(run(this), _signalled.Task);
        var code = await first;
        await _ended.CancelAsync();
        await _output.Writer.CompleteAsync();
        await _input.Reader.CompleteAsync();
        return code;
    }

    private async Task<int> WriteAsync(byte[] text)
    {
        await _output.Writer.WriteAsync(text);
        return 0;
    }

    private async Task<int> CopyAsync()
    {
        await _input.Reader.CopyToAsync(_output.Writer, _ended.Token);
        return 0;
    }

    private async Task<int> SleepAsync(TimeSpan time, TimeProvider clock)
    {
        await Task.Delay(time, clock, _ended.Token);
        return 0;
    }
}
