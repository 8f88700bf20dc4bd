using System.Collections.Immutable;
using Warren.Services;
using Warren.Silo.Api.Mapping;
using Warren.Tasks;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Mapping;

public sealed class ServiceProgressTests
{
    private static readonly DateTimeOffset s_moment = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_AllReadyAndUpToDate_IsConverged()
    {
        var progress = ServiceProgress.Of(Service(2, Task("web.1.1"), Task("web.2.2")));
        (progress.State, progress.Reason, progress.Wanted, progress.Ready, progress.Updated).ShouldBe((Proto.ProgressState.Converged, "", 2, 2, 2));
    }

    [Fact]
    public void Of_TaskThatWaits_IsProgressingAndSaysWhy()
    {
        var progress = ServiceProgress.Of(Service(2, Task("web.1.1"), Task("web.2.2", TaskState.Pending, reason: "no suitable node: 1 drained")));
        (progress.State, progress.Reason).ShouldBe((Proto.ProgressState.Progressing, "1 of 2 ready; web.2.2 waits: no suitable node: 1 drained"));
        progress.Pending.ShouldBe(1);
    }

    [Fact]
    public void Of_OldTaskThatIsLeft_IsProgressing() =>
        ServiceProgress.Of(Service(1, Task("web.1.1", desired: DesiredState.Shutdown), Task("web.1.2"))).State.ShouldBe(Proto.ProgressState.Progressing);

    [Fact]
    public void Of_TaskOfAnOlderVersion_IsProgressing()
    {
        var service = Service(1, Task("web.1.1"));
        var progress = ServiceProgress.Of(service with { Revision = service.Revision with { Version = 2, TaskVersion = 2 } });
        (progress.State, progress.Ready, progress.Updated).ShouldBe((Proto.ProgressState.Progressing, 1, 0));
    }

    [Fact]
    public void Of_PausedRollout_IsStuckAndNamesTheLastFailure()
    {
        var service = Service(1, Task("web.1.1"), Task("web.1.2", TaskState.Failed, reason: "exit code 3")) with
        {
            Rollout = new() { From = 1, To = 2, Phase = "paused", Reason = "web.1.2 failed", Updated = 0, Total = 1 },
        };
        var progress = ServiceProgress.Of(service);
        (progress.State, progress.Reason, progress.Failed).ShouldBe(
            (Proto.ProgressState.Stuck, "the rollout is paused at 0 of 1: web.1.2 failed; web.1.2 failed: exit code 3", 1));
    }

    [Fact]
    public void Of_RolloutUnderWay_IsProgressingThoughAllAreReady() =>
        ServiceProgress.Of(Service(1, Task("web.1.1")) with { Rollout = new() { From = 1, To = 1, Phase = "rolling" } }).State
            .ShouldBe(Proto.ProgressState.Progressing);

    [Fact]
    public void Of_TaskThatGetsNoSuccessor_IsStuckUnlessSomethingIsDue()
    {
        var service = Service(1, Task("web.1.1", TaskState.Complete));
        ServiceProgress.Of(service).State.ShouldBe(Proto.ProgressState.Stuck);
        ServiceProgress.Of(service).Reason.ShouldBe("1 of 1 task has ended and will not be started again, as the restart policy says");
        ServiceProgress.Of(service with { NextAt = s_moment }).State.ShouldBe(Proto.ProgressState.Progressing);
    }

    [Fact]
    public void Of_Jobs_GoesByTheirRuns()
    {
        var job = Service(1);
        job = job with { Revision = job.Revision with { Spec = job.Revision.Spec with { Mode = ServiceMode.Job, Replicas = null, Job = new() { Completions = 3 } } } };
        var run = new RunStatus { Number = 1, StartedAt = s_moment, Trigger = "new", Completed = 1 };
        ServiceProgress.Of(job).State.ShouldBe(Proto.ProgressState.Progressing);
        ServiceProgress.Of(job with { ActiveRuns = [run] }).ShouldSatisfyAllConditions(
            active => active.Reason.ShouldBe("run 1: 1 of 3 complete"), active => active.Wanted.ShouldBe(2));
        ServiceProgress.Of(job with { FinishedRuns = [run with { Succeeded = true }] }).State.ShouldBe(Proto.ProgressState.Converged);
        var failed = ServiceProgress.Of(job with { FinishedRuns = [run with { Succeeded = false, Reason = "slot 2 failed 4 times" }] });
        (failed.State, failed.Reason).ShouldBe((Proto.ProgressState.Stuck, "run 1 failed: slot 2 failed 4 times"));
    }

    [Fact]
    public void Of_ServiceThatGoes_IsProgressing() =>
        ServiceProgress.Of(Service(0) with { IsRemoving = true }).State.ShouldBe(Proto.ProgressState.Progressing);

    private static ServiceStatus Service(int replicas, params ImmutableArray<TaskRecord> tasks) => new()
    {
        Revision = new()
        {
            Version = 1,
            TaskVersion = 1,
            At = s_moment,
            Spec = new() { Name = new("web"), Container = new() { Image = "web" }, Replicas = replicas },
        },
        Tasks = tasks,
    };

    private static TaskRecord Task(string id, TaskState state = TaskState.Running, DesiredState desired = DesiredState.Running, string reason = "") => new()
    {
        Id = TaskId.Parse(id),
        SpecVersion = 1,
        CreatedAt = s_moment,
        Desired = desired,
        DesiredAt = s_moment,
        Observed = new() { State = state, At = s_moment, Reason = reason },
    };
}
