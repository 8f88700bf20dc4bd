using Warren.ControlPlane.Tests.Services;
using Warren.ControlPlane.Tests.Testing;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.ControlPlane.Tests.Nodes;

/// <summary>Reports that come twice, late, out of order or from the wrong node.</summary>
public sealed class ReportTests(CalmCluster calm) : IClassFixture<CalmCluster>
{
    private readonly TestCluster _cluster = calm.Cluster;

    [Fact]
    public async Task Assignments_AgentHasLostThem_TaskThatHasEndedIsNotToBeRun()
    {
        await _cluster.Service("ended").ApplyAsync(A.Job("ended"));
        var task = (await ServiceLifeTests.RunAsync(_cluster, 1, "ended")).Tasks.Single();
        var on = _cluster.Agents.Single(agent => agent.Id == task.Node);
        on.See(task.Id, ScriptedAgent.Seen(TaskState.Complete, exitCode: 0));
        await _cluster.WhenAsync(status => status!.FinishedRuns.Length == 1, "ended", "the run has ended");
        var message = await Node(on.Id).GetAssignmentsAsync(on.Session, null);
        message.Set.Single(one => one.Task == task.Id).ShouldBe(new(task.Id, 1, DesiredState.Shutdown, "it has ended"));
        message.Templates.ShouldNotContain(template => template.Service == new ServiceName("ended"));
    }

    [Fact]
    public async Task Report_SameTwice_IsStoredOnceAndAnsweredBothTimes()
    {
        var (task, on) = await RunOneAsync("twice");
        var report = Report(task, on, sequence: 1_000, TaskState.Running, TaskHealth.Unready);
        (await Node(on.Id).ReportAsync(on.Session, report)).ShouldBe(SessionState.Open);
        var stored = _cluster.Store.Rows[$"task/{task.Id}/task"];
        (await Node(on.Id).ReportAsync(on.Session, report)).ShouldBe(SessionState.Open);
        _cluster.Store.Rows[$"task/{task.Id}/task"].ShouldBe(stored);
        await _cluster.WhenAsync(
            status => status!.Tasks.Single() is { LastReport: 1_000, Observed: { State: TaskState.Running, Health: TaskHealth.Unready } }, "twice", "the service has heard of it");
        await _cluster.WhenAsync(async () => await CountAsync() > 0, () => "the log has heard of it");
        (await CountAsync()).ShouldBe(1);

        async Task<int> CountAsync() => (await _cluster.Events.ReadAsync(0, 10_000)).Count(one => one.Subject.Id == $"{task.Id}" && one.To == "Running Unready");
    }

    [Fact]
    public async Task Report_OlderAfterNewer_ChangesNothing()
    {
        var (task, on) = await RunOneAsync("older");
        await Node(on.Id).ReportAsync(on.Session, Report(task, on, sequence: 2_000, TaskState.Running, TaskHealth.Ready));
        await Node(on.Id).ReportAsync(on.Session, Report(task, on, sequence: 1_999, TaskState.Running, TaskHealth.Unready));
        await Node(on.Id).ReportAsync(on.Session, Report(task, on, sequence: 1_998, TaskState.Starting));
        var known = await _cluster.Client.GetGrain<ITaskGrain>(task.Id.ToString()).GetAsync();
        (known!.LastReport, known.Observed.State, known.Observed.Health).ShouldBe((2_000, TaskState.Running, TaskHealth.Ready));
        await _cluster.WhenAsync(status => status!.Tasks.Single() is { LastReport: 2_000, Observed.Health: TaskHealth.Ready }, "older", "the service has the newer one");
    }

    [Fact]
    public async Task Report_OfAnEndedGeneration_LeavesItsSuccessorAloneAndEndsTheCopy()
    {
        var (task, on) = await RunOneAsync("late");
        on.See(task.Id, ScriptedAgent.Seen(TaskState.Failed, exitCode: 3));
        await _cluster.WhenAsync(status => status!.Tasks.Any(one => ServiceLifeTests.IsUp(one) && one.Id.Generation == 2), "late", "its successor runs");
        var since = (await Node(on.Id).GetAssignmentsAsync(on.Session, null)).To;

        (await Node(on.Id).ReportAsync(on.Session, Report(task, on, sequence: 3_000, TaskState.Running))).ShouldBe(SessionState.Open);
        (await Node(on.Id).ReportAsync(on.Session, Report(task, on, sequence: 3_001, TaskState.Complete, exitCode: 0))).ShouldBe(SessionState.Open);

        var status = await _cluster.Service("late").GetAsync();
        status!.Tasks.Select(one => (one.Id.Generation, one.Observed.State)).ShouldBe([(1, TaskState.Failed), (2, TaskState.Running)]);
        status.Tasks[0].Observed.ExitCode.ShouldBe(3);
        var told = (await Node(on.Id).GetAssignmentsAsync(on.Session, since)).Set.Single(one => one.Task == task.Id);
        told.Desired.ShouldBe(DesiredState.Shutdown);
    }

    [Fact]
    public async Task Report_OfATaskOfAnotherNode_ChangesNothingAndTheCopyIsDropped()
    {
        var (task, on) = await RunOneAsync("foreign");
        var other = _cluster.Agents.Single(agent => agent != on);
        var since = (await Node(other.Id).GetAssignmentsAsync(other.Session, null)).To;

        // In its own name, and in that of the node that has the task.
        await Node(other.Id).ReportAsync(other.Session, Report(task, other, sequence: 4_000, TaskState.Failed, exitCode: 9));
        await Node(other.Id).ReportAsync(other.Session, Report(task, on, sequence: 4_001, TaskState.Failed, exitCode: 9));
        (await _cluster.Client.GetGrain<ITaskGrain>(task.Id.ToString()).GetAsync())!.Observed.State.ShouldBe(TaskState.Running);
        (await Node(other.Id).GetAssignmentsAsync(other.Session, since)).Drop.ShouldBe([task.Id]);
        await _cluster.Service("foreign").EnsureAsync();
        (await _cluster.Service("foreign").GetAsync())!.Tasks.Single().Id.ShouldBe(task.Id);
        on.Running.ShouldContain(task.Id);
    }

    [Fact]
    public async Task Report_CleanedOfATaskThatIsMeantToRun_IsNotTakenForItsRemoval()
    {
        var (task, on) = await RunOneAsync("cleaned");
        await Node(on.Id).ReportAsync(on.Session, new() { Cleaned = [task.Id] });
        (await Node(on.Id).GetAsync())!.Reservations.ShouldContain(held => held.Task == task.Id);
        (await Node(on.Id).GetAssignmentsAsync(on.Session, null)).Set.Single(one => one.Task == task.Id).Desired.ShouldBe(DesiredState.Running);
    }

    [Fact]
    public async Task Report_CleanedTwice_RemovesOnce()
    {
        var (task, on) = await RunOneAsync("gone");
        on.RepeatsItself = true;
        await _cluster.Service("gone").RemoveAsync();
        await _cluster.WhenAsync(status => status is null, "gone", "it is gone");
        (await Node(on.Id).ReportAsync(on.Session, new() { Cleaned = [task.Id] })).ShouldBe(SessionState.Open);
        (await Node(on.Id).GetAsync())!.Reservations.ShouldNotContain(held => held.Task == task.Id);
        (await _cluster.Service("gone").GetAsync()).ShouldBeNull();
        on.RepeatsItself = false;
    }

    private INodeGrain Node(NodeId id) => _cluster.Client.GetGrain<INodeGrain>(id.Value);

    private async Task<(TaskRecord Task, ScriptedAgent On)> RunOneAsync(string name)
    {
        await _cluster.Service(name).ApplyAsync(A.Service(name) with { Restart = new() { Backoff = TimeSpan.Zero } });
        var task = (await ServiceLifeTests.RunAsync(_cluster, 1, name)).Tasks.Single();
        return (task, _cluster.Agents.Single(agent => agent.Id == task.Node));
    }

    private static NodeReport Report(
        TaskRecord task, ScriptedAgent from, long sequence, TaskState state, TaskHealth health = TaskHealth.Unprobed, int? exitCode = null) => new()
        {
            Tasks = [new() { Task = task.Id, Node = from.Id, Sequence = sequence, Observed = ScriptedAgent.Seen(state, exitCode) with { Health = health } }],
        };
}
