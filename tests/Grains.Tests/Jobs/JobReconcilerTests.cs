using Warren.Grains.Jobs;
using Warren.Grains.Services;
using Warren.Grains.Tests.Services;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Tests.Jobs;

public sealed class JobReconcilerTests
{
    private static readonly ServiceSpec s_job = A.Service() with { Mode = ServiceMode.Job, Job = new() { Completions = 3, Parallelism = 2, Retries = 1 } };

    [Fact]
    public void Compute_Job_RunsItsSlotsWithParallelismToTheEnd()
    {
        var world = new ServiceWorld(s_job);
        world.Step();
        world.Created.ShouldBe(["web.1-1.1 Pending: run 1, slot 1 of 3", "web.1-2.2 Pending: run 1, slot 2 of 3"]);
        world.Step().IsChange.ShouldBeFalse();
        world.See("web.1-1.1", TaskState.Complete, "n1", 0);
        world.Step();
        world.Created.ShouldBe(["web.1-3.3 Pending: run 1, slot 3 of 3"]);
        world.See("web.1-2.2", TaskState.Complete, "n1", 0);
        world.See("web.1-3.3", TaskState.Complete, "n1", 0);
        world.Step();
        var result = world.State.Runs!.Finished.Single();
        (result.Number, result.Outcome, result.Completed, result.Reason).ShouldBe((1, JobOutcome.Complete, 3, "3 slots completed"));
        world.Step().IsChange.ShouldBeFalse();
        world.Step(86400).IsChange.ShouldBeFalse();
    }

    [Fact]
    public void Compute_SlotFails_IsRetriedThenFailsTheRunAndStopsTheOthers()
    {
        var world = new ServiceWorld(s_job);
        world.Step();
        world.See("web.1-2.2", TaskState.Running, "n2");
        world.See("web.1-1.1", TaskState.Failed, "n1", 2);
        world.Step();
        world.Created.ShouldBe(["web.1-1.3 Pending: retry 1 of 1: web.1-1.1 failed: exit code 2"]);
        world.See("web.1-1.3", TaskState.Failed, "n1", 2);
        world.Step();
        world.Created.ShouldBeEmpty();
        world.In(TaskAction.Stop).ShouldBe(
            ["web.1-2.2: its run has ended: slot 1 failed 2 times, the last time: web.1-1.3 failed: exit code 2"]);
        world.State.Runs!.Finished.ShouldBeEmpty();
        world.See("web.1-2.2", TaskState.Shutdown);
        world.Step();
        var result = world.State.Runs!.Finished.Single();
        (result.Outcome, result.Failures).ShouldBe((JobOutcome.Failed, 2));
        result.FailedSlots[1].ShouldBe("web.1-1.3 failed: exit code 2");
    }

    [Fact]
    public void Compute_LostOrDrained_IsNoFailure()
    {
        var world = new ServiceWorld(s_job with { Job = new() { Retries = 0 } });
        world.Step();
        world.See("web.1-1.1", TaskState.Running, "n1");
        world.SetNode("n1", NodeCondition.Lost);
        world.Step();
        world.Created.ShouldBe(["web.1-1.2 Pending: run 1, slot 1 of 1"]);
        world.See("web.1-1.2", TaskState.Running, "n2");
        world.SetNode("n2", NodeAvailability.Drained);
        world.Step();
        world.In(TaskAction.Stop).ShouldBe(["web.1-1.2: n2.example is drained"]);
        world.Created.ShouldBeEmpty();
        world.See("web.1-1.2", TaskState.Shutdown);
        world.Step();
        world.Created.ShouldBe(["web.1-1.3 Pending: run 1, slot 1 of 1"]);
        world.State.Runs!.Active.Single().Slots[1].Failures.ShouldBe(0);
    }

    [Fact]
    public void Compute_DeadlinePassed_FailsTheRun()
    {
        var world = new ServiceWorld(s_job with { Job = new() { Deadline = TimeSpan.FromSeconds(30) } });
        world.Step();
        world.See("web.1-1.1", TaskState.Running, "n1");
        world.Step();
        world.Plan.WakeAt.ShouldBe(A.Moment.AddSeconds(30));
        world.Step(30);
        world.In(TaskAction.Stop).ShouldBe(["web.1-1.1: its run has ended: its deadline of 30 s has passed"]);
        world.State.Runs!.Active.Single().Outcome.ShouldBe(JobOutcome.Failed);
    }

    [Fact]
    public void Compute_CompletedWhileBeingStopped_Counts()
    {
        var world = new ServiceWorld(s_job with { Job = JobSpec.Default });
        world.Step();
        world.See("web.1-1.1", TaskState.Running, "n1");
        world.SetNode("n1", NodeAvailability.Drained);
        world.Step();
        world.See("web.1-1.1", TaskState.Complete, exitCode: 0);
        world.Step();
        world.State.Runs!.Finished.Single().Outcome.ShouldBe(JobOutcome.Complete);
    }

    [Fact]
    public void Compute_SpecChanged_StopsTheRunAndBeginsAnotherWhenItHasEnded()
    {
        var world = new ServiceWorld(s_job);
        world.Step();
        world.See("web.1-1.1", TaskState.Running, "n1");
        world.See("web.1-2.2", TaskState.Complete, "n1", 0);
        world.Accept(s_job with { Container = s_job.Container with { Image = "other" } });
        world.Step();
        world.In(TaskAction.Stop).Single().ShouldStartWith("web.1-1.1: its run has ended: version 2 of the spec");
        world.Created.ShouldBeEmpty();
        world.See("web.1-1.1", TaskState.Shutdown);
        world.Step();
        world.Step();
        world.Plan.Create.Select(task => task.Id.ToString()).ShouldBe(["web.2-1.3", "web.2-2.4"]);
        world.State.Runs!.Finished.Single().Outcome.ShouldBe(JobOutcome.Stopped);
    }

    [Fact]
    public void RequestRun_Twice_BeginsOne()
    {
        var world = new ServiceWorld(s_job with { Job = JobSpec.Default });
        world.Step();
        world.See("web.1-1.1", TaskState.Complete, "n1", 0);
        world.Step();
        world.State = ServiceMachine.RequestRun(ServiceMachine.RequestRun(world.State, "asked by x"), "asked by x");
        world.Step();
        world.Created.ShouldBe(["web.2-1.2 Pending: run 2, slot 1 of 1"]);
        ServiceMachine.RequestRun(world.State, "asked by x").ShouldBeSameAs(world.State);
    }

    [Fact]
    public void Compute_ManyRuns_KeepsTheLatestResults()
    {
        var world = new ServiceWorld(s_job with { Job = new() { KeptRuns = 2 } });
        for (var run = 1; run <= 4; run++)
        {
            world.Step();
            world.See($"web.{run}-1.{run}", TaskState.Complete, "n1", 0);
            world.Step();
            world.State = ServiceMachine.RequestRun(world.State, $"again {run}");
        }

        world.State.Runs!.Finished.Select(run => run.Number).ShouldBe([3, 4]);
    }

    [Fact]
    public void Compute_Cron_BeginsRunsByItsSchedule()
    {
        var world = new ServiceWorld(A.Cron("*/10 * * * *"));
        world.Step();
        world.Created.ShouldBeEmpty();
        world.Plan.WakeAt.ShouldBe(A.Moment.AddMinutes(10));
        world.Step(600);
        world.Created.ShouldBe(["tick.1-1.1 Pending: run 1, slot 1 of 1"]);
        world.State.Runs!.Active.Single().Trigger.ShouldBe("schedule, 2026-03-01 12:10 +00:00");
        world.Step().IsChange.ShouldBeFalse();
        world.See("tick.1-1.1", TaskState.Complete, "n1", 0);
        world.Step(1);
        world.Step(599).Create.Single().Id.ToString().ShouldBe("tick.2-1.2");
    }

    [Fact]
    public void Compute_CronReplace_BeginsWhenTheOldRunHasEnded()
    {
        var spec = A.Cron("*/10 * * * *");
        var world = new ServiceWorld(spec with { Cron = spec.Cron! with { Overlap = OverlapPolicy.Replace } });
        world.Step();
        world.Step(600);
        world.See("tick.1-1.1", TaskState.Running, "n1");
        world.Step(600);
        world.In(TaskAction.Stop).ShouldBe(["tick.1-1.1: its run has ended: a later run takes its place"]);
        world.Created.ShouldBeEmpty();
        world.See("tick.1-1.1", TaskState.Shutdown);
        world.Step(1);
        world.Step();
        world.Plan.Create.Concat(world.State.Tasks.Values).ShouldContain(task => task.Id.ToString() == "tick.2-1.2");
        world.State.Runs!.Finished.Single().Outcome.ShouldBe(JobOutcome.Stopped);
    }
}
