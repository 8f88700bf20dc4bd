using Warren.Grains.Tasks;
using Warren.Grains.Tests.Testing;
using Warren.Tasks;

namespace Warren.Grains.Tests.Tasks;

public sealed class TaskStateMachineTests
{
    private static readonly TaskState[] s_states = Enum.GetValues<TaskState>();

    [Fact]
    public void Transitions_All_GoForwardAndNoneLeavesAnEnd()
    {
        foreach (var (from, to) in TaskStateMachine.Transitions.Keys)
        {
            ((int)to).ShouldBeGreaterThan((int)from);
            from.IsFinal.ShouldBeFalse();
        }
    }

    [Fact]
    public void Transitions_EveryStateButNew_IsReachable() =>
        s_states.Except(TaskStateMachine.Transitions.Keys.Select(key => key.To)).ShouldBe([TaskState.New]);

    [Fact]
    public void Transitions_EveryStateThatIsNotFinal_HasAWayToAnEnd() =>
        s_states.Where(state => !state.IsFinal)
            .Where(state => !TaskStateMachine.Transitions.Keys.Any(key => key.From == state && key.To.IsFinal)).ShouldBeEmpty();

    [Theory]
    [InlineData(TaskState.Assigned, TaskState.Preparing)]
    [InlineData(TaskState.Assigned, TaskState.Running)]
    [InlineData(TaskState.Assigned, TaskState.Complete)]
    [InlineData(TaskState.Preparing, TaskState.Rejected)]
    [InlineData(TaskState.Running, TaskState.Stopping)]
    [InlineData(TaskState.Stopping, TaskState.Shutdown)]
    public void Report_FromItsNode_Advances(TaskState from, TaskState to)
    {
        var step = TaskStateMachine.Report(A.Task("web.1.1", from, "n1"), A.Report("web.1.1", "n1", to));
        step.Outcome.ShouldBe(TaskStepOutcome.Advanced);
        step.Task.Observed.State.ShouldBe(to);
        step.Task.LastReport.ShouldBe(1);
    }

    [Fact]
    public void Report_OlderState_IsLateAndChangesNothing()
    {
        var task = A.Task("web.1.1", TaskState.Running, "n1");
        var step = TaskStateMachine.Report(task, A.Report("web.1.1", "n1", TaskState.Starting));
        step.ShouldBe(new(task, TaskStepOutcome.Late, "web.1.1 is Running already, not Starting"));
    }

    [Fact]
    public void Report_Twice_IsKnownTheSecondTime()
    {
        var report = A.Report("web.1.1", "n1", TaskState.Running);
        var first = TaskStateMachine.Report(A.Task("web.1.1", TaskState.Assigned, "n1"), report);
        TaskStateMachine.Report(first.Task, report).Outcome.ShouldBe(TaskStepOutcome.Known);
    }

    [Fact]
    public void Report_OfHealthOvertaken_KeepsTheLaterOne()
    {
        var task = A.Task("web.1.1", TaskState.Running, "n1");
        var ready = A.Report("web.1.1", "n1", TaskState.Running, 8);
        ready = ready with { Observed = ready.Observed with { Health = TaskHealth.Ready } };
        var unready = A.Report("web.1.1", "n1", TaskState.Running, 7);
        unready = unready with { Observed = unready.Observed with { Health = TaskHealth.Unready } };

        var step = TaskStateMachine.Report(task, ready);
        step.Outcome.ShouldBe(TaskStepOutcome.Refreshed);
        step.Task.Observed.At.ShouldBe(A.Moment);
        var late = TaskStateMachine.Report(step.Task, unready);
        late.Outcome.ShouldBe(TaskStepOutcome.Late);
        late.Task.Observed.Health.ShouldBe(TaskHealth.Ready);
    }

    [Fact]
    public void Report_OfACopyOfAnOrphan_AsksToStopIt()
    {
        var task = A.Task("web.1.1", TaskState.Orphaned, "n1");
        TaskStateMachine.Report(task, A.Report("web.1.1", "n1", TaskState.Running))
            .ShouldBe(new(task, TaskStepOutcome.Superseded, "web.1.1 ended as Orphaned"));
    }

    [Fact]
    public void Report_OfTheEndOfAnOrphan_ChangesNothing()
    {
        var task = A.Task("web.1.1", TaskState.Orphaned, "n1");
        TaskStateMachine.Report(task, A.Report("web.1.1", "n1", TaskState.Shutdown)).Outcome.ShouldBe(TaskStepOutcome.Late);
    }

    [Fact]
    public void Report_FromAnotherNode_IsSuperseded()
    {
        var task = A.Task("web.1.1", TaskState.Running, "n1");
        TaskStateMachine.Report(task, A.Report("web.1.1", "n2", TaskState.Running))
            .ShouldBe(new(task, TaskStepOutcome.Superseded, "web.1.1 is on n1, not on n2"));
    }

    [Fact]
    public void Report_AboutAnotherTask_IsRefused() =>
        TaskStateMachine.Report(A.Task("web.1.1", TaskState.Running, "n1"), A.Report("web.1.2", "n1", TaskState.Running)).Outcome
            .ShouldBe(TaskStepOutcome.Refused);

    [Fact]
    public void Report_ThatRunningWasRejected_IsRefused() =>
        TaskStateMachine.Report(A.Task("web.1.1", TaskState.Running, "n1"), A.Report("web.1.1", "n1", TaskState.Rejected)).Outcome
            .ShouldBe(TaskStepOutcome.Refused);

    [Fact]
    public void Report_OfTheEnd_KeepsTheStart()
    {
        var started = A.Report("web.1.1", "n1", TaskState.Running);
        started = started with { Observed = started.Observed with { StartedAt = A.Moment } };
        var running = TaskStateMachine.Report(A.Task("web.1.1", TaskState.Assigned, "n1"), started).Task;
        TaskStateMachine.Report(running, A.Report("web.1.1", "n1", TaskState.Failed, 2)).Task.Observed.StartedAt.ShouldBe(A.Moment);
    }

    [Fact]
    public void Assign_Pending_RemembersTheNode()
    {
        var step = TaskStateMachine.Assign(A.Task("web.1.1", TaskState.Pending), new("n1"), A.Moment);
        (step.Outcome, step.Task.Observed.State, step.Task.Node, step.Task.Observed.Reason)
            .ShouldBe((TaskStepOutcome.Advanced, TaskState.Assigned, new Warren.Nodes.NodeId("n1"), "placed on n1"));
        TaskStateMachine.Assign(step.Task, new("n1"), A.Moment).Outcome.ShouldBe(TaskStepOutcome.Known);
    }

    [Fact]
    public void Assign_OnAnotherNodeAlready_IsRefused()
    {
        var step = TaskStateMachine.Assign(A.Task("web.1.1", TaskState.Running, "n1"), new("n2"), A.Moment);
        (step.Outcome, step.Reason).ShouldBe((TaskStepOutcome.Refused, "web.1.1 is Running on n1 already, so it cannot be assigned to n2"));
    }

    [Theory]
    [InlineData(TaskState.New, TaskState.Pending, nameof(TaskStepOutcome.Advanced))]
    [InlineData(TaskState.Pending, TaskState.Shutdown, nameof(TaskStepOutcome.Advanced))]
    [InlineData(TaskState.Running, TaskState.Orphaned, nameof(TaskStepOutcome.Advanced))]
    [InlineData(TaskState.Running, TaskState.Shutdown, nameof(TaskStepOutcome.Refused))]
    [InlineData(TaskState.Pending, TaskState.Orphaned, nameof(TaskStepOutcome.Refused))]
    [InlineData(TaskState.Complete, TaskState.Orphaned, nameof(TaskStepOutcome.Late))]
    public void Step_ByTheService_MayOnlyWhatNoAgentCanSay(TaskState from, TaskState to, string expected) =>
        TaskStateMachine.Step(A.Task("web.1.1", from, from.IsOnNode ? "n1" : null), to, "because", A.Moment).Outcome.ToString().ShouldBe(expected);

    [Fact]
    public void Report_AnyTwoInAnyOrder_EndInTheSameState()
    {
        var reports = s_states.Where(state => TaskStateMachine.Transitions.ContainsKey((TaskState.Assigned, state)) && state != TaskState.Orphaned)
            .Select((state, i) => A.Report("web.1.1", "n1", state, i + 1)).ToArray();
        foreach (var one in reports.Where(report => !report.Observed.State.IsFinal))
        {
            foreach (var other in reports.Where(report => report.Observed.State != TaskState.Rejected))
                After(one, other).ShouldBe(After(other, one));
        }

        static TaskState After(params TaskReport[] reports) =>
            reports.Aggregate(A.Task("web.1.1", TaskState.Assigned, "n1"), (task, report) => TaskStateMachine.Report(task, report).Task).Observed.State;
    }
}
