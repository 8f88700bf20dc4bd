using NSubstitute;
using NSubstitute.ExceptionExtensions;
using Warren.Agent.Health;
using Warren.Agent.Runtime;

namespace Warren.Agent.Tests.Health;

public sealed class ExecHealthProbeTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly ContainerId s_id = new("web.1");

    private readonly IContainerRuntime _runtime = Substitute.For<IContainerRuntime>();
    private readonly IExecSession _session = Substitute.For<IExecSession>();

    public ExecHealthProbeTests()
    {
        _runtime.ExecAsync(s_id, Arg.Is<ExecRequest>(request => request.Command.SequenceEqual(new[] { "/check", "-q" })), Arg.Any<CancellationToken>())
            .Returns(_session);
        Ends(0, "", "");
    }

    [Theory]
    [InlineData(0, "", "", true, "exit code 0")]
    [InlineData(0, "all good\n", "", true, "all good")]
    [InlineData(3, "", "", false, "exit code 3")]
    [InlineData(137, "", "killed", false, "exit code 137: killed")]
    public async Task Check_ExitCode_Decides(int code, string stdout, string stderr, bool success, string detail)
    {
        Ends(code, stdout, stderr);
        (await CheckAsync()).ShouldBe(new ProbeOutcome(success, detail));
        await _session.Received(1).DisposeAsync();
    }

    [Fact]
    public async Task Check_MuchOutput_KeepsTheBeginning()
    {
        Ends(1, new string('x', 1_000_000), "");
        (await CheckAsync()).Detail.ShouldBe("exit code 1: " + new string('x', ProbeOutcome.MaxDetail - "exit code 1: ".Length));
    }

    [Fact]
    public async Task Check_Hanging_IsKilledAtItsTime()
    {
        _session.Stdout.Returns(new MemoryStream("thinking"u8.ToArray()));
        _session.Completion.Returns(new TaskCompletionSource<int>().Task);
        using var time = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var outcome = await Probe().CheckAsync(time.Token).WaitAsync(s_limit);
        outcome.ShouldBe(new ProbeOutcome(false, "the command was killed; it wrote: thinking"));
        await _session.Received(1).DisposeAsync();
    }

    [Fact]
    public async Task Check_OutputHeldOpenByAChild_DoesNotWaitForIt()
    {
        _session.Completion.Returns(Task.FromResult(0));
        _session.Stdout.Returns(new System.IO.Pipelines.Pipe().Reader.AsStream());
        (await CheckAsync()).ShouldBe(new ProbeOutcome(true, "exit code 0"));
    }

    [Theory]
    [InlineData(RuntimeFault.NotFound, true)]
    [InlineData(RuntimeFault.Invalid, true)]
    [InlineData(RuntimeFault.Unavailable, false)]
    public async Task Check_CannotRun_CountsUnlessTheRuntimeIsAway(RuntimeFault fault, bool conclusive)
    {
        _runtime.ExecAsync(s_id, Arg.Any<ExecRequest>(), Arg.Any<CancellationToken>()).ThrowsAsync(new ContainerRuntimeException(fault, "no such command"));
        (await CheckAsync()).ShouldBe(new ProbeOutcome(false, "the command could not be run: no such command") { IsConclusive = conclusive });
    }

    private void Ends(int code, string stdout, string stderr)
    {
        _session.Completion.Returns(Task.FromResult(code));
        _session.Stdout.Returns(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(stdout)));
        _session.Stderr.Returns(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(stderr)));
    }

    private ExecHealthProbe Probe() => new(_runtime, s_id, ["/check", "-q"], TimeProvider.System);

    private async Task<ProbeOutcome> CheckAsync()
    {
        using var time = new CancellationTokenSource(s_limit);
        return await Probe().CheckAsync(time.Token).WaitAsync(s_limit);
    }
}
