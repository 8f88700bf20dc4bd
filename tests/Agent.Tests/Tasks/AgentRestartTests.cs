using Warren.Agent.Containers;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Fake;
using Warren.Agent.Tasks;
using Warren.Agent.Tests.Assignments;
using Warren.Agent.Tests.Managers;
using Warren.Containers;
using Warren.Tasks;
using Warren.TestSupport;

namespace Warren.Agent.Tests.Tasks;

/// <summary>An agent that goes on where an earlier one ended.</summary>
public sealed class AgentRestartTests : IDisposable
{
    private readonly TempFolder _folder = TempFolder.Create("restart");
    private readonly ScriptedNode _node = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Running_IsTakenOverAndNotStartedAgain(bool keeps)
    {
        var before = await RunAsync("r.test/app:1", keeps);
        await using var agent = await StartAsync(keeps);
        (await FindAsync(agent)).ProcessId.ShouldBe(before.ProcessId);
        var told = await _node.WaitAsync(Wanted.Id(1), observed => observed.State == TaskState.Running && _node.Session == 2);
        (told.StartedAt, told.Addresses.Length).ShouldBe((before.StartedAt, 1));
        await _node.PushAsync(Wanted.Change(1, 2, [], Wanted.Task(1, DesiredState.Shutdown)));
        await _node.WaitAsync(Wanted.Id(1), TaskState.Shutdown);
        _node.Registrations.Last().AppliedVersion.ShouldBe(keeps ? 1 : null);
    }

    [Fact]
    public async Task Running_WithNoManagerInReach_IsWatchedByItsProbes()
    {
        var template = Wanted.Template(new ContainerSpec
        {
            Image = "r.test/app:1",
            Network = new() { Mode = NetworkMode.Host },
            Liveness = new() { TcpPort = LocalPorts.Next(), Interval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(1), StartPeriod = TimeSpan.FromHours(1) },
        });
        await using (var first = await StartAsync(keeps: true))
        {
            await _node.PushAsync(Wanted.Change(0, 1, [template], Wanted.Task(1)));
            await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        }

        _node.FailedRegistrations = int.MaxValue;
        await using var agent = await StartAsync(keeps: true);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        (await FindAsync(agent)).State.ShouldBe(ContainerState.Running);
        await agent.Runtime.StopAsync(new("web.1.1"), 15, TimeSpan.Zero, limit.Token);

        // What happened without a manager is told as soon as one is there.
        _node.FailedRegistrations = 0;
        var end = await _node.WaitAsync(Wanted.Id(1), TaskState.Failed);
        end.ExitCode.ShouldBe(137);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ended_WhileNoAgentRan_IsToldWithItsCodeAndTime(bool keeps)
    {
        await RunAsync("r.test/app:fake.after-1h.exit-3", keeps);
        ChangeContainer(container => container with { StartedAt = container.StartedAt - TimeSpan.FromHours(1) });
        await using var agent = await StartAsync(keeps);
        var end = await _node.WaitAsync(Wanted.Id(1), TaskState.Failed);
        end.ExitCode.ShouldBe(3);
        (end.FinishedAt!.Value - end.StartedAt!.Value).ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Refused_ByAnEarlierAgent_IsNotTriedAgain()
    {
        await using (var first = await StartAsync(keeps: true))
        {
            await _node.PushAsync(Wanted.Change(0, 1, [Wanted.Template(image: "r.test/missing:1")], Wanted.Task(1)));
            await _node.WaitAsync(Wanted.Id(1), TaskState.Rejected);
        }

        var session = _node.Session;
        await using var agent = await StartAsync(keeps: true);
        await _node.PushAsync(Wanted.Change(1, 2, [Wanted.Template(2)], Wanted.Task(2, version: 2)));
        await _node.WaitAsync(Wanted.Id(2), TaskState.Running);
        var reports = _node.OutcomesOf(Wanted.Id(1));
        reports.Select(report => report.Observed.State).Distinct().ShouldBe([TaskState.Rejected]);
        reports[^1].Observed.At.ShouldBe(reports[0].Observed.At);
        _node.Session.ShouldBeGreaterThan(session);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_CutShort_IsFinished(bool keeps)
    {
        await CutStartShortAsync(keeps);
        ChangeContainer(container => container with { Behaviour = container.Behaviour with { StartDelay = null } });
        await using var agent = await StartAsync(keeps);
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        (await FindAsync(agent)).State.ShouldBe(ContainerState.Running);
    }

    [Fact]
    public async Task Start_CutShort_IsFinishedOnlyWhenAManagerWasHeard()
    {
        await CutStartShortAsync(keeps: true);

        // Meanwhile it runs elsewhere.
        _node.FailedRegistrations = 60;
        _node.Change(Wanted.Change(1, 2, [], Wanted.Task(1, DesiredState.Removed)));
        await using var agent = await StartAsync(keeps: true);
        await _node.WaitForCleanedAsync(Wanted.Id(1));
        _node.ReportsOf(Wanted.Id(1)).ShouldAllBe(report => report.Observed.State == TaskState.Preparing);
        (await agent.Runtime.ListAsync(CancellationToken.None)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stop_CutShort_IsFinishedAndToldAsAsked(bool keeps)
    {
        await using (var first = await StartAsync(keeps))
        {
            var template = Wanted.Template(new ContainerSpec { Image = "r.test/app:fake.stubborn", StopGracePeriod = TimeSpan.FromSeconds(5) });
            await _node.PushAsync(Wanted.Change(0, 1, [template], Wanted.Task(1)));
            await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
            await _node.PushAsync(Wanted.Change(1, 2, [], Wanted.Task(1, DesiredState.Shutdown, reason: "scaled")));
            await _node.WaitAsync(Wanted.Id(1), TaskState.Stopping);
        }

        await using var agent = await StartAsync(keeps);
        var end = await _node.WaitAsync(Wanted.Id(1), TaskState.Shutdown);
        (end.ExitCode, end.Reason).ShouldBe((137, "scaled"));
    }

    [Fact]
    public async Task Removal_WhileNoAgentRan_IsDone()
    {
        await RunAsync("r.test/app:1", keeps: true);
        _node.Change(Wanted.Change(1, 2, [], Wanted.Task(1, DesiredState.Removed)));
        await using var agent = await StartAsync(keeps: true);
        await _node.WaitForCleanedAsync(Wanted.Id(1));
        (await agent.Runtime.ListAsync(CancellationToken.None)).ShouldBeEmpty();
    }

    /// <summary>The managers have nothing new to say of a task that the agent before this one had dropped, and not yet removed.</summary>
    [Fact]
    public async Task Dropped_AndAgentEndedBeforeItWasRemoved_IsRemoved()
    {
        await using (var first = await StartAsync(keeps: true))
        {
            await _node.PushAsync(Wanted.Drop(0, 1, Wanted.Id(1)));
            await first.Containers.StartAsync(TaskOrders.Of(Wanted.Id(1), Wanted.Template(image: "r.test/app:1")), null, CancellationToken.None);
        }

        await using var agent = await StartAsync(keeps: true);
        _node.Registrations.Last().AppliedVersion.ShouldBe(1);
        await UntilNoContainerAsync(agent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Forgotten_ByTheManagers_IsRemoved(bool keeps)
    {
        await RunAsync("r.test/app:1", keeps);
        _node.Assignments = Wanted.Everything(0, []);
        await using var agent = await StartAsync(keeps);
        await UntilNoContainerAsync(agent);
    }

    /// <summary>The node may be told that it was removed before it has found out what it had.</summary>
    [Fact]
    public async Task Node_RemovedBeforeItHasRecovered_GoesOnWithNothing()
    {
        await RunAsync("r.test/app:1", keeps: true);
        _node.FailedRegistrations = int.MaxValue;
        await using (var removed = await TestAgent.StartAsync(_folder.Path, _node, beforeRecovery: worker => worker.RemoveAllAsync()))
        {
            (await removed.Runtime.ListAsync(CancellationToken.None)).ShouldBeEmpty();
        }

        // Nothing is kept for a start after that, either.
        _node.FailedRegistrations = 0;
        await using var agent = await StartAsync(keeps: true);
        _node.Registrations.Last().AppliedVersion.ShouldBeNull();
    }

    [Fact]
    public void Order_OfATask_IsTheSameWithAndWithoutSecrets()
    {
        var full = TaskOrders.Of(Wanted.Id(1), Wanted.Template(files: Wanted.File("hush", isSecret: true)));
        var kept = TaskOrders.Of(Wanted.Id(1), Wanted.Template(files: Wanted.File("", isSecret: true)));
        SpecHash.Of(kept).ShouldBe(SpecHash.Of(full));
    }

    public void Dispose() => _folder.Dispose();

    private Task<TestAgent> StartAsync(bool keeps) => TestAgent.StartAsync(_folder.Path, _node, keeps);

    private async Task<ContainerStatus> RunAsync(string image, bool keeps)
    {
        await using var agent = await StartAsync(keeps);
        await _node.PushAsync(Wanted.Change(0, 1, [Wanted.Template(image: image)], Wanted.Task(1)));
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        return await FindAsync(agent);
    }

    // Ends in the middle of a start that goes on for ever.
    private async Task CutStartShortAsync(bool keeps)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var agent = await StartAsync(keeps);
        await _node.PushAsync(Wanted.Change(0, 1, [Wanted.Template(image: "r.test/app:fake.delay-1h")], Wanted.Task(1)));
        await _node.WaitAsync(Wanted.Id(1), TaskState.Preparing);

        // That is told by the clock alone, however far the start is.
        while (await agent.Runtime.FindAsync(new("web.1.1"), limit.Token) is null) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
    }

    // While no agent runs, as the next one finds it.
    private void ChangeContainer(Func<FakeContainer, FakeContainer> change)
    {
        var containers = new Dictionary<string, FakeContainer>();
        using var journal = FakeJournal.Open(Path.Combine(_folder.Path, "data", "fake-runtime.json"), containers);
        journal.Write(change(containers["web.1.1"]));
    }

    private static async Task UntilNoContainerAsync(TestAgent agent)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var happened in agent.Runtime.WatchAsync(limit.Token))
        {
            if ((await agent.Runtime.ListAsync(limit.Token)).IsEmpty) return;
        }
    }

    private static async Task<ContainerStatus> FindAsync(TestAgent agent) =>
        (await agent.Runtime.FindAsync(new("web.1.1"), CancellationToken.None)).ShouldNotBeNull();
}
