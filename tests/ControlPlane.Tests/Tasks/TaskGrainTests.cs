using Warren.ControlPlane.Tests.Testing;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.ControlPlane.Tests.Tasks;

/// <summary>The grain of one task, called as its service and its node call it.</summary>
public sealed class TaskGrainTests(CalmCluster calm) : IClassFixture<CalmCluster>
{
    private static readonly NodeId s_here = new("n1"), s_elsewhere = new("n2");

    private readonly TestCluster _cluster = calm.Cluster;

    [Fact]
    public async Task Take_Pending_IsKnownAndNotStored()
    {
        var wanted = Pending("take.1.1");
        (await Grain(wanted.Id).TakeAsync(wanted)).Observed.State.ShouldBe(TaskState.Pending);
        (await Grain(wanted.Id).GetAsync())!.Id.ShouldBe(wanted.Id);
        Row(wanted.Id).ShouldBeNull();
    }

    [Fact]
    public async Task Take_OfAnotherTask_IsRefused() =>
        (await Should.ThrowAsync<ArgumentException>(() => Grain(TaskId.Parse("other.1.1")).TakeAsync(Pending("take.1.9")))).Message
            .ShouldStartWith("This is the grain of task other.1.1, not of take.1.9.");

    [Fact]
    public async Task AnyCall_TaskThatNobodyGave_IsAnsweredWithNothing()
    {
        var id = TaskId.Parse("nobody.1.1");
        (await Grain(id).AssignAsync(s_here)).ShouldBeNull();
        (await Grain(id).ReportAsync(Report(id, s_here, 1, TaskState.Running))).ShouldBeNull();
        (await Grain(id).GetAsync()).ShouldBeNull();
        await Grain(id).ForgetAsync();
        Row(id).ShouldBeNull();
    }

    [Fact]
    public async Task Assign_TwoNodes_StaysWithTheFirstAndIsStored()
    {
        var id = await AssignedAsync("assign.1.1");
        Row(id).ShouldNotBeNull().ShouldContain("n1");
        var (first, second) = (await Grain(id).AssignAsync(s_here), await Grain(id).AssignAsync(s_elsewhere));
        (first!.Node, second!.Node).ShouldBe((s_here, s_here));
    }

    [Fact]
    public async Task Assign_StoreAway_FailsAndLeavesTheTaskWithoutANode()
    {
        var wanted = Pending("away.1.1");
        await Grain(wanted.Id).TakeAsync(wanted);
        _cluster.Store.AtWrite = (_, grain, isDone) => !isDone && grain.ToString() == "task/away.1.1" ? throw new IOException("the store is away") : Task.CompletedTask;
        (await Should.ThrowAsync<IOException>(() => Grain(wanted.Id).AssignAsync(s_here))).Message.ShouldBe("the store is away");
        var left = await Grain(wanted.Id).GetAsync();
        (left!.Observed.State, left.Node).ShouldBe((TaskState.Pending, null));
        _cluster.Store.AtWrite = null;
        (await Grain(wanted.Id).AssignAsync(s_elsewhere))!.Node.ShouldBe(s_elsewhere);
    }

    /// <summary>It was stored, and whoever asked does not know: the same again is no change.</summary>
    [Fact]
    public async Task Report_AnswerLost_TheSameAgainIsKnown()
    {
        var id = await AssignedAsync("lost.1.1");
        _cluster.Store.AtWrite = (_, grain, isDone) => isDone && grain.ToString() == "task/lost.1.1" ? throw new TimeoutException("nobody knows") : Task.CompletedTask;
        await Should.ThrowAsync<TimeoutException>(() => Grain(id).ReportAsync(Report(id, s_here, 7, TaskState.Running)));
        _cluster.Store.AtWrite = null;
        var task = await Grain(id).ReportAsync(Report(id, s_here, 7, TaskState.Running));
        (task!.Observed.State, task.LastReport).ShouldBe((TaskState.Running, 7));
        (await Grain(id).ReportAsync(Report(id, s_here, 8, TaskState.Failed)))!.Observed.State.ShouldBe(TaskState.Failed);
    }

    [Fact]
    public async Task Report_BeforeItHasANodeOrFromAnother_IsNotTaken()
    {
        var wanted = Pending("early.1.1");
        await Grain(wanted.Id).TakeAsync(wanted);
        (await Grain(wanted.Id).ReportAsync(Report(wanted.Id, s_here, 1, TaskState.Running)))!.Observed.State.ShouldBe(TaskState.Pending);
        await Grain(wanted.Id).AssignAsync(s_here);
        (await Grain(wanted.Id).ReportAsync(Report(wanted.Id, s_elsewhere, 1, TaskState.Running)))!.Observed.State.ShouldBe(TaskState.Assigned);
    }

    [Fact]
    public async Task Take_Withdrawn_IsNotAssignedAnyMore()
    {
        var wanted = Pending("withdrawn.1.1");
        await Grain(wanted.Id).TakeAsync(wanted);
        await Grain(wanted.Id).TakeAsync(wanted with
        {
            Desired = DesiredState.Shutdown,
            DesiredReason = "scaled",
            Observed = ScriptedAgent.Seen(TaskState.Shutdown, reason: "scaled"),
        });
        var asked = await Grain(wanted.Id).AssignAsync(s_here);
        (asked!.Node, asked.Observed.State).ShouldBe((null, TaskState.Shutdown));
    }

    [Fact]
    public async Task Forget_Twice_LeavesNothing()
    {
        var id = await AssignedAsync("forget.1.1");
        await Grain(id).ForgetAsync();
        await Grain(id).ForgetAsync();
        Row(id).ShouldBeNull();
        (await Grain(id).ReportAsync(Report(id, s_here, 9, TaskState.Running))).ShouldBeNull();
    }

    /// <summary>A manager that ends in good order takes no waiting task with it.</summary>
    [Fact]
    public async Task Silo_Stopped_WaitingTaskIsStillKnown()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 2);
        TaskRecord[] waiting = [.. Enumerable.Range(1, 12).Select(number => Pending($"stopped.{number}.{number}"))];
        foreach (var task in waiting) await cluster.Client.GetGrain<ITaskGrain>(task.Id.ToString()).TakeAsync(task);
        await cluster.StopAsync(cluster.SiloNames[0]);
        foreach (var task in waiting)
            await cluster.WhenAsync(async () => (await cluster.Client.GetGrain<ITaskGrain>(task.Id.ToString()).GetAsync())?.Id == task.Id, () => $"{task.Id} is known");
    }

    private ITaskGrain Grain(TaskId id) => _cluster.Client.GetGrain<ITaskGrain>(id.ToString());

    private string? Row(TaskId id) => _cluster.Store.Rows.GetValueOrDefault($"task/{id}/task");

    private async Task<TaskId> AssignedAsync(string id)
    {
        var wanted = Pending(id);
        await Grain(wanted.Id).TakeAsync(wanted);
        await Grain(wanted.Id).AssignAsync(s_here);
        return wanted.Id;
    }

    private static TaskRecord Pending(string id) => new()
    {
        Id = TaskId.Parse(id),
        SpecVersion = 1,
        CreatedAt = DateTimeOffset.UnixEpoch,
        DesiredAt = DateTimeOffset.UnixEpoch,
        Observed = ScriptedAgent.Seen(TaskState.Pending),
    };

    private static TaskReport Report(TaskId task, NodeId node, long sequence, TaskState state) =>
        new() { Task = task, Node = node, Sequence = sequence, Observed = ScriptedAgent.Seen(state) };
}
