using Warren.Agent.Runtime;
using Warren.Agent.Tests.Assignments;
using Warren.Agent.Tests.Managers;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;
using Warren.TestSupport;

namespace Warren.Agent.Tests.Tasks;

/// <summary>A node that no manager can be reached from.</summary>
public sealed class AloneTests : IDisposable
{
    private const int Heartbeats = 40;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = TempFolder.Create("alone");
    private readonly ScriptedNode _node = new();

    [Fact]
    public async Task Ended_IsStartedAgainAndToldAsTheSameTask()
    {
        await using var agent = await RunAsync(Template());
        var before = await FindAsync(agent, 1);
        _node.IsAway = true;
        await KillAsync(agent, 1);
        (await UntilRunningAsync(agent, 1, before)).StartedAt.ShouldNotBe(before.StartedAt);

        _node.IsAway = false;
        var told = await _node.WaitAsync(Wanted.Id(1), observed => observed is { State: TaskState.Running, LocalRestarts: 1 });
        told.Reason.ShouldContain("SIGKILL ended it");
        _node.ReportsOf(Wanted.Id(1)).ShouldNotContain(report => report.Observed.State >= TaskState.Complete);
    }

    [Fact]
    public async Task Ended_CannotBeClearedAwayAtOnce_IsStartedAgainOnce()
    {
        var failures = 1;
        var (agent, runtime) = await RunOnAbsentAsync();
        await using var ending = agent;
        runtime.BeforeRemoval = () => Interlocked.Exchange(ref failures, 0) == 1
            ? throw new ContainerRuntimeException(RuntimeFault.Unavailable, "the runtime is away")
            : Task.CompletedTask;
        var before = await FindAsync(agent, 1);
        _node.IsAway = true;
        await KillAsync(agent, 1);
        await UntilRunningAsync(agent, 1, before);
        failures.ShouldBe(0);

        _node.IsAway = false;
        await _node.WaitAsync(Wanted.Id(1), observed => observed is { State: TaskState.Running, LocalRestarts: 1 });
    }

    [Fact]
    public async Task Ended_ToBeShutDownBeforeItIsClearedAway_StaysEndedAndIsTold()
    {
        var (agent, runtime) = await RunOnAbsentAsync();
        await using var ending = agent;
        var isClearing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goesOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        runtime.BeforeRemoval = () =>
        {
            isClearing.TrySetResult();
            return goesOn.Task.WaitAsync(s_limit);
        };
        _node.IsAway = true;
        await KillAsync(agent, 1);
        await isClearing.Task.WaitAsync(s_limit);
        await _node.PushAsync(Wanted.Change(1, 2, [], Wanted.Task(1, DesiredState.Shutdown)));

        _node.IsAway = false;
        (await _node.WaitAsync(Wanted.Id(1), TaskState.Failed)).ExitCode.ShouldBe(137);
        goesOn.SetResult();
        await _node.PushAsync(Wanted.Change(2, 3, [], Wanted.Task(1, DesiredState.Removed)));
        await _node.WaitForCleanedAsync(Wanted.Id(1));
        _node.ReportsOf(Wanted.Id(1))[^1].Observed.State.ShouldBe(TaskState.Failed);
    }

    [Fact]
    public async Task StartedAgain_EndOfTheContainerBeforeIsToldLate_RunsOn()
    {
        var (agent, runtime) = await RunOnAbsentAsync();
        await using var ending = agent;
        var before = await FindAsync(agent, 1);
        _node.IsAway = true;
        var exit = await KillAsync(agent, 1);
        await UntilRunningAsync(agent, 1, before);
        _node.IsAway = false;
        await _node.WaitAsync(Wanted.Id(1), observed => observed is { State: TaskState.Running, LocalRestarts: 1 });

        // Who is told to list everything has taken all that was told before.
        var isListed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        runtime.BeforeList = () => isListed.TrySetResult();
        runtime.Tell(new(RuntimeEventKind.Exited, before.Id, exit));
        runtime.Tell(new(RuntimeEventKind.Resync, default));
        await isListed.Task.WaitAsync(s_limit);
        await _node.PushAsync(Wanted.Change(1, 2, [], Wanted.Task(1, DesiredState.Shutdown)));
        await _node.WaitAsync(Wanted.Id(1), TaskState.Shutdown);
        _node.ReportsOf(Wanted.Id(1)).ShouldNotContain(report => report.Observed.State == TaskState.Failed);
    }

    /// <summary>A manager that takes its time is not one that is away.</summary>
    [Fact]
    public async Task Ended_ManagersAreSlowAndThere_IsLeftToThem()
    {
        await using var agent = await RunAsync(Template());
        _node.IsSlow = true;
        var beats = _node.Heartbeats;
        await KillAsync(agent, 1);
        await _node.WaitForAsync(() => _node.Heartbeats > beats + Heartbeats, "heartbeats for longer than a silence is waited for");
        (await FindAsync(agent, 1)).State.ShouldBe(ContainerState.Exited);
    }

    [Fact]
    public async Task EndedBefore_AndTaken_StaysEnded()
    {
        await using var agent = await RunAsync(Template(), Wanted.Task(1), Wanted.Task(2));
        await KillAsync(agent, 1);
        await _node.WaitAsync(Wanted.Id(1), TaskState.Failed);
        var beats = _node.Heartbeats;
        await _node.WaitForAsync(() => _node.Heartbeats > beats + 1, "the answer to the report was heard");
        _node.IsAway = true;
        var before = await FindAsync(agent, 2);
        await KillAsync(agent, 2);
        await UntilRunningAsync(agent, 2, before);
        (await FindAsync(agent, 1)).State.ShouldBe(ContainerState.Exited);
    }

    [Fact]
    public async Task Ended_WithASuccessorHere_StaysEnded()
    {
        await using var agent = await RunAsync(Template(), Wanted.Task(1), Wanted.Task(1) with { Task = Wanted.Id(1, generation: 2) }, Wanted.Task(2));
        _node.IsAway = true;
        var before = await FindAsync(agent, 2);
        await KillAsync(agent, 1);
        await KillAsync(agent, 2);
        await UntilRunningAsync(agent, 2, before);
        (await FindAsync(agent, 1)).State.ShouldBe(ContainerState.Exited);
    }

    [Theory]
    [InlineData(RestartCondition.None)]
    [InlineData(null)]
    public async Task Ended_NotToBeStartedAgain_StaysEnded(RestartCondition? condition)
    {
        var never = Template() with { Version = 2, Restart = condition is { } not ? RestartSpec.Default with { Condition = not } : null };
        await using var agent = await RunAsync(Template(), Wanted.Task(2));
        await _node.PushAsync(Wanted.Change(1, 2, [never], Wanted.Task(1, version: 2)));
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        _node.IsAway = true;
        var before = await FindAsync(agent, 2);
        await KillAsync(agent, 1);
        await KillAsync(agent, 2);
        await UntilRunningAsync(agent, 2, before);
        (await FindAsync(agent, 1)).State.ShouldBe(ContainerState.Exited);

        _node.IsAway = false;
        (await _node.WaitAsync(Wanted.Id(1), TaskState.Failed)).ExitCode.ShouldBe(137);
    }

    [Fact]
    public async Task Ends_AgainAndAgain_IsStartedAsOftenAsItsPolicySays()
    {
        var restart = RestartSpec.Default with { Backoff = TimeSpan.FromMilliseconds(50), MaxAttempts = 3 };
        var failing = Template() with { Version = 2, Restart = restart, Container = new() { Image = "r.test/app:fake.after-50ms.exit-3" } };
        await using var agent = await RunAsync(Template());
        _node.IsAway = true;
        var starts = CountStartsAsync(agent, new("web.2.1"), 4);
        await _node.PushAsync(Wanted.Change(1, 2, [failing], Wanted.Task(2, version: 2)));
        await starts;
        _node.IsAway = false;
        var end = await _node.WaitAsync(Wanted.Id(2), TaskState.Failed);
        (end.ExitCode, end.Reason).ShouldBe((3, "its process ended with exit code 3"));
    }

    [Fact]
    public async Task Reboot_MakesWhatWasAssigned()
    {
        await using (var first = await RunAsync(Template()))
        {
        }

        ForgetContainers();
        _node.IsAway = true;
        await using var agent = await TestAgent.StartAsync(_folder.Path, _node);
        await UntilRunningAsync(agent, 1, null);

        _node.IsAway = false;
        await _node.WaitAsync(Wanted.Id(1), observed => observed.State == TaskState.Running && _node.Session == 2);
        _node.Registrations.Last().AppliedVersion.ShouldBe(1);
    }

    [Fact]
    public async Task Reboot_RunOfAJob_WaitsForTheManagersWhoCountIt()
    {
        await using (var first = await RunAsync(Template(), Wanted.Task(2)))
        {
            await _node.PushAsync(Wanted.Change(1, 2, [Template() with { Version = 2, Restart = null }], Wanted.Task(1, version: 2)));
            await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        }

        ForgetContainers();
        _node.IsAway = true;
        await using var agent = await TestAgent.StartAsync(_folder.Path, _node);
        await UntilRunningAsync(agent, 2, null);
        (await agent.Runtime.ListAsync(CancellationToken.None)).Length.ShouldBe(1);

        _node.IsAway = false;
        await _node.WaitAsync(Wanted.Id(1), observed => observed.State == TaskState.Running && _node.Session == 2);
    }

    /// <summary>Meanwhile another node may have them, so a manager that is there is heard first.</summary>
    [Fact]
    public async Task Reboot_ManagersAreThere_MakesWhatTheySay()
    {
        await using (var first = await RunAsync(Template(), Wanted.Task(1), Wanted.Task(2)))
        {
        }

        ForgetContainers();
        _node.Change(Wanted.Change(1, 2, [], Wanted.Task(1, DesiredState.Removed)));
        await using var agent = await TestAgent.StartAsync(_folder.Path, _node);
        await _node.WaitForCleanedAsync(Wanted.Id(1));
        await _node.WaitAsync(Wanted.Id(2), observed => observed.State == TaskState.Running && _node.Session == 2);
        _node.ReportsOf(Wanted.Id(1)).Count(report => report.Observed.State == TaskState.Running).ShouldBe(1);
    }

    public void Dispose() => _folder.Dispose();

    private static TaskTemplate Template() => Wanted.Template(image: "r.test/app:1") with { Restart = RestartSpec.Default };

    private async Task<TestAgent> RunAsync(TaskTemplate template, params TaskAssignment[] tasks)
    {
        var agent = await TestAgent.StartAsync(_folder.Path, _node);
        if (tasks.Length == 0) tasks = [Wanted.Task(1)];
        await _node.PushAsync(Wanted.Change(0, 1, [template], tasks));
        foreach (var task in tasks) await _node.WaitAsync(task.Task, TaskState.Running);
        return agent;
    }

    private async Task<(TestAgent Agent, AbsentRuntime Runtime)> RunOnAbsentAsync()
    {
        AbsentRuntime runtime = null!;
        var agent = await TestAgent.StartAsync(_folder.Path, _node, wrap: inner => runtime = new(inner));
        await _node.PushAsync(Wanted.Change(0, 1, [Template()], Wanted.Task(1)));
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        return (agent, runtime);
    }

    // What a power cut takes.
    private void ForgetContainers() => File.Delete(Path.Combine(_folder.Path, "data", "fake-runtime.json"));

    private static Task<ContainerExit?> KillAsync(TestAgent agent, int slot) =>
        agent.Runtime.StopAsync(new($"web.{slot}.1"), 9, TimeSpan.Zero, CancellationToken.None);

    private static async Task<ContainerStatus> FindAsync(TestAgent agent, int slot) =>
        (await agent.Runtime.FindAsync(new($"web.{slot}.1"), CancellationToken.None)).ShouldNotBeNull();

    private static async Task CountStartsAsync(TestAgent agent, ContainerId id, int count)
    {
        using var limit = new CancellationTokenSource(s_limit);
        await foreach (var happened in agent.Runtime.WatchAsync(limit.Token))
        {
            if (happened.Kind == RuntimeEventKind.Started && happened.Id == id && --count == 0) return;
        }
    }

    private static async Task<ContainerStatus> UntilRunningAsync(TestAgent agent, int slot, ContainerStatus? before)
    {
        using var limit = new CancellationTokenSource(s_limit);
        await foreach (var happened in agent.Runtime.WatchAsync(limit.Token))
        {
            var now = await agent.Runtime.FindAsync(new($"web.{slot}.1"), limit.Token);
            if (now is { State: ContainerState.Running } && now.ProcessId != before?.ProcessId) return now;
        }

        throw new TimeoutException($"web.{slot}.1 did not run again");
    }
}
