using Warren.Cli.Tests.Testing;
using Warren.V1;

namespace Warren.Cli.Tests;

/// <summary>What <c>exec</c> asks for, and what it ends with.</summary>
public sealed class ExecCommandTests : IAsyncLifetime
{
    private ScriptedManager _manager = null!;

    private ExecStart Asked => _manager.Asked.OfType<ExecRequest>().Last().Start;

    public async System.Threading.Tasks.Task InitializeAsync() => _manager = await ScriptedManager.StartAsync();

    public async System.Threading.Tasks.Task DisposeAsync() => await _manager.DisposeAsync();

    [Fact]
    public async System.Threading.Tasks.Task Exec_Typed_AsksForItAndEndsWithTheProcess()
    {
        (await _manager.RunAsync("task", "exec", "-e", "A=b=c", "-u", "web:web", "-w", "/tmp", "web.1.1", "sh", "-c", "x", "--", "-i")).Code.ShouldBe(7);
        (Asked.Task, Asked.Command, string.Join(' ', Asked.Args)).ShouldBe(("web.1.1", "sh", "-c x -- -i"));
        (Asked.Env["A"], Asked.User, Asked.WorkingDirectory, Asked.Stdin, Asked.Tty).ShouldBe(("b=c", "web:web", "/tmp", false, false));
        (await _manager.RunAsync("task", "exec", "-i", "web.1.1", "--", "cat", "-n")).Code.ShouldBe(7);
        (Asked.Command, Asked.Args.Single(), Asked.Stdin).ShouldBe(("cat", "-n", true));
    }

    [Fact]
    public async System.Threading.Tasks.Task Exec_OfAService_TakesTheFirstTaskThatRuns()
    {
        _manager.Tasks.AddRange([Task("web.1.1", TaskState.Failed), Task("web.2.1", TaskState.Running), Task("web.3.1", TaskState.Running)]);
        (await _manager.RunAsync("service", "exec", "web", "true")).Code.ShouldBe(7);
        Asked.Task.ShouldBe("web.2.1");
        (await _manager.RunAsync("service", "exec", "web.3.1", "true")).Code.ShouldBe(7);
        Asked.Task.ShouldBe("web.3.1");
        _manager.Tasks.Clear();
        var none = await _manager.RunAsync("service", "exec", "web", "true");
        (none.Code, none.Error.Split('\n')[0]).ShouldBe((6, "Error: no task of web runs"));
    }

    [Fact]
    public async System.Threading.Tasks.Task Exec_TerminalWithoutOne_IsRefusedBeforeAnythingIsAsked()
    {
        var outcome = await _manager.RunAsync("task", "exec", "-it", "web.1.1", "sh");
        (outcome.Code, outcome.Error.Split('\n')[0]).ShouldBe((2, "Error: --tty: the standard input is no terminal"));
        _manager.Asked.ShouldBeEmpty();
    }

    private static V1.Task Task(string id, TaskState state) => new() { Id = id, Desired = DesiredState.Running, Observed = new() { State = state } };
}
