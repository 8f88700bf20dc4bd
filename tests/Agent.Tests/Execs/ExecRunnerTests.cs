using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using Warren.Agent.Execs;
using Warren.Agent.Runtime;
using Warren.Execs;
using Warren.Tasks;

namespace Warren.Agent.Tests.Execs;

public sealed class ExecRunnerTests : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    private readonly Session _session = new();
    private readonly Caller _caller = new();
    private readonly IContainerRuntime _runtime = Substitute.For<IContainerRuntime>();
    private readonly ExecRunner _runner;

    public ExecRunnerTests()
    {
        _runtime.ExecAsync(default, null!, default).ReturnsForAnyArgs(_ => Task.FromResult<IExecSession>(_session));
        _runner = new(_runtime, new() { MaxExecs = 1, MaxBytes = 4 }, TimeProvider.System, NullLogger<ExecRunner>.Instance);
    }

    private static ExecSpec Spec => new()
    {
        Task = TaskId.Parse("web.1.1"),
        Command = ["sh", "-c", "x"],
        Env = ImmutableSortedDictionary<string, string>.Empty.Add("A", "b"),
        User = "web",
        WorkingDirectory = "/tmp",
        HasTerminal = true,
        HasInput = true,
        Columns = 100,
        Rows = 30,
    };

    public async ValueTask DisposeAsync()
    {
        _caller.Leave();
        await _runner.DisposeAsync();
        await _session.DisposeAsync();
        await _runtime.DisposeAsync();
    }

    [Fact]
    public async Task Begin_WhatIsWanted_IsAskedOfTheRuntime()
    {
        _runner.Begin(Spec, _caller);
        (await _caller.NextAsync()).Kind.ShouldBe(ExecOutputKind.Started);
        await _runtime.Received(1).ExecAsync(
            new("web.1.1"),
            Arg.Is<ExecRequest>(request => request.Command.SequenceEqual(Spec.Command) && request.Env["A"] == "b" && request.User == "web"
                && request.WorkingDirectory == "/tmp" && request.Tty && request.Stdin && request.Size == new TerminalSize(100, 30) && !request.Privileged),
            Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Begin_OutputAndEnd_AreToldInOrderAndInPieces()
    {
        _runner.Begin(Spec, _caller);
        await _caller.NextAsync();
        await _session.Output.Writer.WriteAsync("123456"u8.ToArray());
        (Encoding.ASCII.GetString((await _caller.NextAsync()).Data.Span), Encoding.ASCII.GetString((await _caller.NextAsync()).Data.Span)).ShouldBe(("1234", "56"));
        await _session.Errors.Writer.WriteAsync("bad"u8.ToArray());
        (await _caller.NextAsync()).Kind.ShouldBe(ExecOutputKind.Stderr);
        _session.End(7);
        var last = await _caller.NextAsync();
        (last.Kind, last.ExitCode).ShouldBe((ExecOutputKind.Exited, 7));
        await _session.Disposed.Task.WaitAsync(s_limit);
    }

    [Fact]
    public async Task Begin_OutputHeldOpenByAnother_EndsAllTheSame()
    {
        _runner.Begin(Spec, _caller);
        await _caller.NextAsync();
        _session.EndAlone(0);
        (await _caller.NextAsync()).Kind.ShouldBe(ExecOutputKind.Exited);
    }

    [Fact]
    public async Task Begin_InputSizeAndSignal_ComeToTheProcess()
    {
        _runner.Begin(Spec, _caller);
        await _caller.NextAsync();
        await _caller.Data.Writer.WriteAsync(new() { Data = "in"u8.ToArray() });
        await _caller.Data.Writer.WriteAsync(new() { IsEnd = true });
        await _caller.Control.Writer.WriteAsync(new() { Columns = 5, Rows = 6 });
        await _caller.Control.Writer.WriteAsync(new() { Signal = 15 });
        using var reader = new StreamReader(_session.Input.Reader.AsStream());
        (await reader.ReadToEndAsync().WaitAsync(s_limit)).ShouldBe("in");
        (await _session.Told.Reader.ReadAsync(), await _session.Told.Reader.ReadAsync()).ShouldBe(("5x6", "15"));
    }

    [Fact]
    public async Task Begin_ProcessReadsNothing_ASignalStillComes()
    {
        _runner.Begin(Spec, _caller);
        await _caller.NextAsync();
        await _caller.Data.Writer.WriteAsync(new() { Data = new byte[1_000_000] });
        await _caller.Control.Writer.WriteAsync(new() { Signal = 9 });
        (await _session.Told.Reader.ReadAsync().AsTask().WaitAsync(s_limit)).ShouldBe("9");
    }

    [Fact]
    public async Task Begin_CallerReadsSlowly_TheSameIsSentAgain()
    {
        _caller.BusyFor = 3;
        _runner.Begin(Spec, _caller);
        (await _caller.NextAsync()).Kind.ShouldBe(ExecOutputKind.Started);
        _caller.BusyFor.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Begin_CallerIsGoneOrCannotBeReached_TheProcessIsKilled(bool isSaid)
    {
        _runner.Begin(Spec, _caller);
        await _caller.NextAsync();
        if (isSaid) _caller.Leave();
        else _caller.Control.Writer.Complete(new TimeoutException("no manager"));
        await _session.Disposed.Task.WaitAsync(s_limit);
    }

    [Theory]
    [InlineData(RuntimeFault.Invalid, ExecOutputKind.Invalid)]
    [InlineData(RuntimeFault.NotFound, ExecOutputKind.Refused)]
    [InlineData(RuntimeFault.Unavailable, ExecOutputKind.Failed)]
    public async Task Begin_RuntimeRefuses_TheCallerHearsWhy(RuntimeFault fault, ExecOutputKind kind)
    {
        _runtime.ExecAsync(default, null!, default).ReturnsForAnyArgs(Task.FromException<IExecSession>(new ContainerRuntimeException(fault, "the reason")));
        _runner.Begin(Spec, _caller);
        var told = await _caller.NextAsync();
        (told.Kind, told.Reason).ShouldBe((kind, "the reason"));
    }

    [Fact]
    public async Task Begin_TooMany_IsRefused()
    {
        _runner.Begin(Spec, _caller);
        await _caller.NextAsync();
        var other = new Caller();
        _runner.Begin(Spec, other);
        (await other.NextAsync()).Kind.ShouldBe(ExecOutputKind.Refused);
    }

    [Fact]
    public async Task Dispose_WhileOneRuns_EndsItAndSaysSo()
    {
        _runner.Begin(Spec, _caller);
        await _caller.NextAsync();
        await _runner.DisposeAsync();
        _session.Disposed.Task.IsCompleted.ShouldBeTrue();
        (await _caller.NextAsync()).Kind.ShouldBe(ExecOutputKind.Failed);
        _runner.Running.ShouldBe(0);
    }

    private sealed class Caller : IExecCaller
    {
        private readonly Channel<ExecOutput> _taken = Channel.CreateUnbounded<ExecOutput>();

        public Channel<ExecInput> Data { get; } = Channel.CreateUnbounded<ExecInput>();

        public Channel<ExecInput> Control { get; } = Channel.CreateUnbounded<ExecInput>();

        public int BusyFor { get; set; }

        public async Task<ExecOutput> NextAsync() => await _taken.Reader.ReadAsync().AsTask().WaitAsync(s_limit);

        public void Leave() => Control.Writer.TryWrite(new() { IsGone = true });

        public Task<ExecAnswer> TakeAsync(ExecOutput output)
        {
            if (BusyFor > 0)
            {
                BusyFor--;
                return Task.FromResult(ExecAnswer.Busy);
            }

            _taken.Writer.TryWrite(output);
            return Task.FromResult(ExecAnswer.Taken);
        }

        public async Task<ExecInput> NextAsync(ExecChannel channel) => await (channel == ExecChannel.Data ? Data : Control).Reader.ReadAsync();
    }

    private sealed class Session : IExecSession
    {
        private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Pipe Input { get; } = new();

        public Pipe Output { get; } = new();

        public Pipe Errors { get; } = new();

        public Channel<string> Told { get; } = Channel.CreateUnbounded<string>();

        public TaskCompletionSource Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Stream Stdin => Input.Writer.AsStream();

        public Stream Stdout => Output.Reader.AsStream();

        public Stream Stderr => Errors.Reader.AsStream();

        public Task<int> Completion => _ended.Task;

        public void EndAlone(int code) => _ended.TrySetResult(code);

        public void End(int code)
        {
            Output.Writer.Complete();
            Errors.Writer.Complete();
            EndAlone(code);
        }

        public async Task ResizeAsync(TerminalSize size, CancellationToken cancellationToken) => await Told.Writer.WriteAsync($"{size.Columns}x{size.Rows}", cancellationToken);

        public async Task SignalAsync(int signal, CancellationToken cancellationToken) => await Told.Writer.WriteAsync($"{signal}", cancellationToken);

        public ValueTask DisposeAsync()
        {
            End(137);
            Disposed.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
