using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Warren.Api.Tests.Testing;
using Warren.ControlPlane.Tests.Testing;
using Warren.Execs;
using Warren.Tasks;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Serving;

/// <summary>Processes in containers through the unix socket of a manager, from agents that do what the test says.</summary>
public sealed class ExecCallTests(ServedManager manager) : IClassFixture<ServedManager>, IDisposable
{
    private readonly CancellationTokenSource _limit = new(Limit.Long);

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Exec_InputAndOutput_PassThroughInOrder()
    {
        var task = await RunAsync("exec-echo");
        var asked = new TaskCompletionSource<ExecSpec>();
        OnExec(async (spec, caller) =>
        {
            asked.SetResult(spec);
            await caller.TakeAsync(new() { Kind = ExecOutputKind.Started });
            while (await caller.NextAsync(ExecChannel.Data) is { IsEnd: false } input)
                if (!input.Data.IsEmpty) await caller.TakeAsync(new() { Kind = ExecOutputKind.Stdout, Data = input.Data });
            await caller.TakeAsync(new() { Kind = ExecOutputKind.Stderr, Data = "complains"u8.ToArray() });
            await caller.TakeAsync(new() { Kind = ExecOutputKind.Exited, ExitCode = 7 });
        });
        using var call = manager.Execs.Exec(cancellationToken: _limit.Token);
        await call.RequestStream.WriteAsync(new()
        {
            Start = new() { Task = task, Command = "sh", Args = { "-c", "x" }, Env = { ["A"] = "b" }, User = "web", WorkingDirectory = "/tmp", Stdin = true },
        });
        await call.RequestStream.WriteAsync(new() { Stdin = ByteString.CopyFromUtf8("one ") });
        await call.RequestStream.WriteAsync(new() { Stdin = ByteString.CopyFromUtf8("two ") });
        await call.RequestStream.CompleteAsync();
        var (text, code) = await ReadAsync(call);
        (text, code).ShouldBe(("one two !complains", 7));
        var spec = await asked.Task;
        string.Join(' ', spec.Command).ShouldBe("sh -c x");
        (spec.Task.ToString(), spec.Env["A"], spec.User, spec.WorkingDirectory, spec.HasInput, spec.HasTerminal).ShouldBe((task, "b", "web", "/tmp", true, false));
    }

    [Fact]
    public async Task Exec_SizeAndSignal_ComeToAProcessThatReadsNothing()
    {
        var task = await RunAsync("exec-control");
        OnExec(async (spec, caller) =>
        {
            var size = await NextAsync(caller);
            var signal = await NextAsync(caller);
            var text = $"{spec.Columns}x{spec.Rows} {size.Columns}x{size.Rows} {signal.Signal}";
            await caller.TakeAsync(new() { Kind = ExecOutputKind.Stdout, Data = Encoding.UTF8.GetBytes(text) });
            await caller.TakeAsync(new() { Kind = ExecOutputKind.Exited, ExitCode = 143 });
        });
        using var call = manager.Execs.Exec(cancellationToken: _limit.Token);
        await call.RequestStream.WriteAsync(new() { Start = new() { Task = task, Command = "sh", Tty = true, Stdin = true, Size = new() { Columns = 100, Rows = 30 } } });
        await call.RequestStream.WriteAsync(new() { Stdin = ByteString.CopyFromUtf8("not read") });
        await call.RequestStream.WriteAsync(new() { Resize = new() { Columns = 120, Rows = 40 } });
        await call.RequestStream.WriteAsync(new() { Signal = "SIGTERM" });
        (await ReadAsync(call)).ShouldBe(("100x30 120x40 15", 143));
    }

    [Fact]
    public async Task Exec_CallerSaysNothing_OutputDoesNotWaitForIt()
    {
        var task = await RunAsync("exec-silent");
        var waited = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var rounds = 0;
        OnExec(async (_, caller) =>
        {
            // Who asks is told after some seconds to ask again; if that comes before the output is through, it may be the machine that is slow.
            var hasWaited = true;
            while (hasWaited && rounds < 5)
            {
                rounds++;
                var (data, control) = (caller.NextAsync(ExecChannel.Data), caller.NextAsync(ExecChannel.Control));
                for (var i = 0; i < 20; i++) await caller.TakeAsync(new() { Kind = ExecOutputKind.Stdout, Data = "x"u8.ToArray() });
                hasWaited = data.IsCompleted || control.IsCompleted;
            }

            waited.SetResult(hasWaited);
            await caller.TakeAsync(new() { Kind = ExecOutputKind.Exited });
        });
        using var call = manager.Execs.Exec(cancellationToken: _limit.Token);
        await call.RequestStream.WriteAsync(new() { Start = new() { Task = task, Command = "sh", Stdin = true } });
        (await ReadAsync(call)).ShouldBe((new string('x', 20 * rounds), 0));
        (await waited.Task).ShouldBeFalse();
    }

    [Fact]
    public async Task Exec_CallerLeaves_TheAgentHearsThatItIsGone()
    {
        var task = await RunAsync("exec-left");
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnExec(async (_, caller) =>
        {
            await caller.TakeAsync(new() { Kind = ExecOutputKind.Started });
            while (!(await caller.NextAsync(ExecChannel.Control)).IsGone)
            {
                // It is still there.
            }

            gone.SetResult();
        });
        using (var call = manager.Execs.Exec(cancellationToken: _limit.Token))
        {
            await call.RequestStream.WriteAsync(new() { Start = new() { Task = task, Command = "sleep" } });
            (await call.ResponseStream.MoveNext(_limit.Token)).ShouldBeTrue();
        }

        await gone.Task.WaitAsync(Limit.Long);
    }

    [Fact]
    public async Task Exec_CallerReadsNothing_TheAgentIsHeldBack()
    {
        var task = await RunAsync("exec-slow");
        var sent = 0;
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnExec(async (_, caller) =>
        {
            var piece = new byte[64 * 1024];
            while (sent < 1_000)
            {
                var answer = await caller.TakeAsync(new() { Kind = ExecOutputKind.Stdout, Data = piece });
                if (answer == ExecAnswer.Taken) sent++;
                if (answer == ExecAnswer.Busy) held.TrySetResult();
                if (answer == ExecAnswer.Gone) return;
            }
        });
        using var call = manager.Execs.Exec(cancellationToken: _limit.Token);
        await call.RequestStream.WriteAsync(new() { Start = new() { Task = task, Command = "yes" } });
        await held.Task.WaitAsync(Limit.Long);
        sent.ShouldBeLessThan(200);
    }

    [Theory]
    [InlineData(ExecOutputKind.Invalid, StatusCode.InvalidArgument)]
    [InlineData(ExecOutputKind.Refused, StatusCode.FailedPrecondition)]
    [InlineData(ExecOutputKind.Failed, StatusCode.Unavailable)]
    public async Task Exec_AgentSaysWhyNot_IsTheStatus(ExecOutputKind kind, StatusCode code)
    {
        var task = await RunAsync($"exec-{kind.ToString().ToLowerInvariant()}");
        OnExec((_, caller) => caller.TakeAsync(new() { Kind = kind, Reason = "the reason" }));
        var refusal = await RefusedAsync(new() { Start = new() { Task = task, Command = "sh" } });
        refusal.Code.ShouldBe(code);
        refusal.Message.ShouldContain("the reason");
    }

    [Fact]
    public async Task Exec_TaskThatDoesNotRun_IsRefusedWithItsStateAndWhy()
    {
        var task = await RunAsync("exec-ended");
        var agent = manager.Agents.First(agent => agent.Running.Any(one => one.ToString() == task));
        agent.See(TaskId.Parse(task), ScriptedAgent.Seen(TaskState.Failed, 3, "it fell over"));
        await manager.WhenAsync("exec-ended", service => service.Progress.Failed == 1);
        var refusal = await RefusedAsync(new() { Start = new() { Task = task, Command = "sh" } });
        refusal.Code.ShouldBe(StatusCode.FailedPrecondition);
        refusal.Message.ShouldBe($"{task} does not run, it is failed: it fell over");
    }

    [Fact]
    public async Task Exec_WrongRequests_AreRefusedWithEveryField()
    {
        (await RefusedAsync(new() { StdinEnd = new() })).Violations.ShouldHaveSingleItem().Field.ShouldBe("start");
        (await RefusedAsync(new() { Start = new() { Task = "a.1.1", WorkingDirectory = "tmp", Env = { ["A=B"] = "" }, Size = new() { Columns = 0, Rows = 70_000 } } }))
            .Violations.Select(violation => violation.Field).ShouldBe(["start.command", "start.env[A=B]", "start.workingDirectory", "start.size.columns", "start.size.rows"]);
        (await RefusedAsync(new() { Start = new() { Task = "nothing.1.1", Command = "sh" } })).Code.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task Exec_InputToAProcessWithoutOne_IsRefused()
    {
        var task = await RunAsync("exec-closed");
        OnExec(async (_, caller) =>
        {
            while (!(await caller.NextAsync(ExecChannel.Control)).IsGone)
            {
                // It is still there.
            }
        });
        var refusal = await RefusedAsync(new() { Start = new() { Task = task, Command = "sh" } }, new() { Stdin = ByteString.CopyFromUtf8("x") });
        refusal.Violations.ShouldHaveSingleItem().Field.ShouldBe("stdin");
    }

    private static async Task<ExecInput> NextAsync(IExecCaller caller)
    {
        while (true)
        {
            var input = await caller.NextAsync(ExecChannel.Control);
            if (input.Columns is not null || input.Signal is not null || input.IsGone) return input;
        }
    }

    private void OnExec(Func<ExecSpec, IExecCaller, Task> exec)
    {
        foreach (var agent in manager.Agents) agent.Exec = exec;
    }

    private async Task<(string Text, int? Code)> ReadAsync(AsyncDuplexStreamingCall<Proto.ExecRequest, Proto.ExecResponse> call)
    {
        var text = new StringBuilder();
        int? code = null;
        while (await call.ResponseStream.MoveNext(_limit.Token))
        {
            var answer = call.ResponseStream.Current;
            if (answer.KindCase == Proto.ExecResponse.KindOneofCase.Stderr) text.Append('!').Append(answer.Stderr.ToStringUtf8());
            if (answer.KindCase == Proto.ExecResponse.KindOneofCase.Stdout) text.Append(answer.Stdout.ToStringUtf8());
            code = answer.Exited?.Code;
        }

        return (text.ToString(), code);
    }

    private Task<Refusal> RefusedAsync(Proto.ExecRequest first, Proto.ExecRequest? second = null) => Refusal.OfAsync(async () =>
    {
        using var call = manager.Execs.Exec(cancellationToken: _limit.Token);
        await call.RequestStream.WriteAsync(first);
        if (second is not null) await call.RequestStream.WriteAsync(second);
        await ReadAsync(call);
    });

    private async Task<string> RunAsync(string name)
    {
        await manager.Services.CreateAsync(new()
        {
            Spec = new() { Name = name, Replicas = 1, Container = new() { Image = "registry.invalid/web:1" }, Update = new() { Monitor = new() } },
        });
        await manager.WhenAsync(name, service => service.Progress.State == Proto.ProgressState.Converged);
        return (await manager.Tasks.ListAsync(new() { Service = name })).Tasks.Single().Id;
    }
}
