using Warren.Grains.Rollout;
using Warren.Grains.Services;
using Warren.Grains.Tests.Services;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Tests.Rollout;

public sealed class RolloutTests
{
    private static readonly ServiceSpec s_three = A.Service() with { Replicas = 3, Update = new() { Monitor = TimeSpan.FromSeconds(5) } };

    [Fact]
    public void Rollout_StartFirst_OldOneLeavesWhenTheNewOneStayedReady()
    {
        var world = Running(s_three);
        world.Accept(Image(s_three, 2));
        world.Step();
        world.Created.ShouldBe(["web.1.4 Pending: rollout of version 2"]);
        world.Plan.Next.Rollout!.Open.Keys.ShouldBe([TaskSlot.Replica(1)]);

        world.See("web.1.4", TaskState.Running, "n1");
        world.Step();
        world.Plan.In(TaskAction.Stop).ShouldBeEmpty();
        world.Plan.WakeAt.ShouldBe(world.Now.AddSeconds(5));
        world.Step(4.9).IsChange.ShouldBeFalse();
        world.Step(0.1);
        world.In(TaskAction.Stop).ShouldBe(["web.1.1: web.1.4 is ready and takes over"]);
        world.Created.ShouldBeEmpty();

        world.See("web.1.1", TaskState.Shutdown);
        world.Step();
        world.Created.ShouldBe(["web.2.5 Pending: rollout of version 2"]);
        world.State.Rollout!.Updated.ShouldBe(1);
    }

    [Fact]
    public void Rollout_NewOneUnreadyMeanwhile_BeginsTheMonitorTimeAgain()
    {
        var world = Running(s_three);
        world.Accept(Image(s_three, 2));
        world.Step();
        world.See("web.1.4", TaskState.Running, "n1", health: TaskHealth.Ready);
        world.Step();
        world.See("web.1.4", TaskState.Running, health: TaskHealth.Unready);
        world.Step(3);
        world.See("web.1.4", TaskState.Running, health: TaskHealth.Ready);
        world.Step(1);
        world.Step(4.9).In(TaskAction.Stop).ShouldBeEmpty();
        world.Step(0.1).In(TaskAction.Stop).Count().ShouldBe(1);
    }

    [Fact]
    public void Rollout_StopFirst_NewOneWaitsForTheEndOfTheOldOne()
    {
        var spec = s_three with { Update = s_three.Update with { Order = UpdateOrder.StopFirst, Parallelism = 2 } };
        var world = Running(spec);
        world.Accept(Image(spec, 2));
        world.Step();
        world.In(TaskAction.Stop).ShouldBe(["web.1.1: rollout of version 2", "web.2.2: rollout of version 2"]);
        world.Created.ShouldBe(["web.1.4 New: rollout of version 2", "web.2.5 New: rollout of version 2"]);
        world.See("web.1.1", TaskState.Shutdown);
        world.Step();
        world.In(TaskAction.Release).ShouldBe(["web.1.4: its slot is free"]);
    }

    [Fact]
    public void Rollout_FixedPortOrVolume_StopsFirstOnAuto()
    {
        var port = A.Service() with { Container = A.Service().Container with { Ports = [new() { ContainerPort = 80, HostPort = 80 }] } };
        var chosen = A.Service() with { Container = A.Service().Container with { Ports = [new() { ContainerPort = 80 }] } };
        Replacement.IsStopFirst(port).ShouldBeTrue();
        Replacement.IsStopFirst(port with { Update = new() { Order = UpdateOrder.StartFirst } }).ShouldBeFalse();
        Replacement.IsStopFirst(chosen).ShouldBeFalse();
    }

    [Fact]
    public void Rollout_NewOneFails_PausesAndKeepsTheOldOnes()
    {
        var world = Running(s_three);
        world.Accept(Image(s_three, 2));
        world.Step();
        world.See("web.1.4", TaskState.Failed, "n1", exitCode: 7);
        world.Step();
        world.State.Rollout!.Phase.ShouldBe(RolloutPhase.Paused);
        world.State.Rollout.Reason.ShouldBe("web.1.4 failed: exit code 7");
        world.Created.ShouldBeEmpty();
        world.Live.ShouldBe(["web.1.1", "web.2.2", "web.3.3"]);

        // What fails meanwhile is replaced by what is known to work.
        world.See("web.3.3", TaskState.Failed);
        world.Step();
        world["web.3.5"].SpecVersion.ShouldBe(1);

        world.State = ServiceMachine.ResumeRollout(world.State, "go on", world.Now);
        world.See("web.3.5", TaskState.Running, "n3");
        world.Step();
        world["web.1.6"].SpecVersion.ShouldBe(2);
    }

    [Fact]
    public void Rollout_NewOneFailsAndContinue_TriesAgainWithDelay()
    {
        var spec = s_three with { Update = s_three.Update with { OnFailure = UpdateFailureAction.Continue } };
        var world = Running(spec);
        world.Accept(Image(spec, 2));
        world.Step();
        world.See("web.1.4", TaskState.Failed, "n1");
        world.Step();
        world.See("web.1.5", TaskState.Failed, "n1");
        world.Step();
        world.State.Rollout!.Failures.ShouldBe(2);
        world["web.1.6"].NotBefore.ShouldBe(world.Now.AddSeconds(1));
        world.Live.ShouldContain("web.1.1");
    }

    [Fact]
    public void Rollout_NewOneNeverReady_StopsItAfterTheTimeout()
    {
        var spec = s_three with { Update = s_three.Update with { ReadyTimeout = TimeSpan.FromSeconds(30) } };
        var world = Running(spec);
        world.Accept(Image(spec, 2));
        world.Step();
        world.See("web.1.4", TaskState.Running, "n1", health: TaskHealth.Starting);
        world.Step();
        world.Step(29.9).IsChange.ShouldBeFalse();
        world.Step(0.1);
        world.In(TaskAction.Stop).ShouldBe(["web.1.4: not ready within 30 s of its start"]);
        world.State.Rollout!.Phase.ShouldBe(RolloutPhase.Paused);
        world.Live.ShouldBe(["web.1.1", "web.2.2", "web.3.3"]);
    }

    [Fact]
    public void Rollout_SpecChangedInTheMiddle_GoesToTheNewest()
    {
        var world = Running(s_three);
        world.Accept(Image(s_three, 2));
        world.Step();
        world.See("web.1.4", TaskState.Running, "n1", health: TaskHealth.Starting);
        world.Accept(Image(s_three, 3));
        world.Step();
        world.In(TaskAction.Stop).ShouldBe(["web.1.4: the spec changed again, and web.1.1 serves until the next one can"]);
        world.Created.ShouldBe(["web.1.5 New: rollout of version 3"]);
        world["web.1.5"].SpecVersion.ShouldBe(3);
        world.State.Rollout!.Target.ShouldBe(3);
        world.Live.ShouldContain("web.1.1");
    }

    [Fact]
    public void Rollout_PausedAndSpecChanged_BeginsAgain()
    {
        var world = Running(s_three);
        world.Accept(Image(s_three, 2));
        world.Step();
        world.See("web.1.4", TaskState.Rejected, "n1");
        world.Step();
        world.Accept(Image(s_three, 3));
        world.Step();
        world.State.Rollout!.Phase.ShouldBe(RolloutPhase.Rolling);
        world["web.1.5"].SpecVersion.ShouldBe(3);
    }

    [Fact]
    public void Rollout_ContainerUnchanged_RestartsNothing()
    {
        var world = Running(s_three);
        world.Accept(s_three with { Replicas = 4, Labels = A.Map(("a", "b")), Update = new() { Parallelism = 2 }, Restart = new() { MaxAttempts = 3 } });
        world.Step();
        world.Created.ShouldBe(["web.4.4 Pending: its slot was empty"]);
        world.Plan.In(TaskAction.Keep).Count().ShouldBe(3);
        world.State.Rollout.ShouldBeNull();
    }

    [Fact]
    public void Rollout_Delay_SeparatesBatches()
    {
        var spec = s_three with { Update = new() { Monitor = TimeSpan.Zero, Delay = TimeSpan.FromSeconds(60) } };
        var world = Running(spec);
        world.Accept(Image(spec, 2));
        world.Step();
        world.See("web.1.4", TaskState.Running, "n1");
        world.Step();
        world.See("web.1.1", TaskState.Shutdown);
        world.Step();
        world.Created.ShouldBeEmpty();
        world.Plan.WakeAt.ShouldBe(world.Now.AddSeconds(60));
        world.Step(60);
        world.Created.ShouldBe(["web.2.5 Pending: rollout of version 2"]);
    }

    [Fact]
    public void Rollout_TaskDown_IsReplacedFirst()
    {
        var world = Running(s_three);
        world.See("web.3.3", TaskState.Running, health: TaskHealth.Unready);
        world.Accept(Image(s_three, 2));
        world.Step();
        world.Created.ShouldBe(["web.3.4 Pending: rollout of version 2"]);
    }

    [Fact]
    public void Rollout_StopFirstWhileOthersAreDown_Waits()
    {
        var spec = s_three with { Update = new() { Order = UpdateOrder.StopFirst, Monitor = TimeSpan.Zero } };
        var world = Running(spec);
        world.Accept(Image(spec, 2));
        world.Step();
        world.See("web.1.1", TaskState.Shutdown);
        world.Step();
        world.See("web.1.4", TaskState.Running, "n1");
        world.Step();
        world.See("web.2.2", TaskState.Shutdown);
        world.See("web.1.4", TaskState.Running, health: TaskHealth.Unready);
        world.Step();
        world.See("web.2.5", TaskState.Running, "n2");
        world.Step();
        world.Plan.Waits.ShouldBe(["3: 1 of at most 1 slots are not ready"]);
        world.Plan.In(TaskAction.Stop).ShouldBeEmpty();
    }

    [Fact]
    public void Rollout_GlobalNodeLost_FollowsWhenItReturns()
    {
        var spec = A.Service() with { Mode = ServiceMode.Global, Update = new() { Monitor = TimeSpan.Zero, Parallelism = 3 } };
        var world = Running(spec);
        world.SetNode("n2", NodeCondition.Lost);
        world.Accept(Image(spec, 2));
        world.Step();
        world.Plan.Create.Select(task => task.Id.Slot.ToString()).ShouldBe(["n1", "n3"]);
        world.RunAll();
        world.Step();
        world.See("web.n1.1", TaskState.Shutdown);
        world.See("web.n3.3", TaskState.Shutdown);
        world.Step();
        world.State.Rollout!.Phase.ShouldBe(RolloutPhase.Completed);
        world.State.Rollout.Reason.ShouldBe("1 slots on unreachable or lost nodes follow when those return");

        world.SetNode("n2", NodeCondition.Ready);
        world.Step();
        world.Created.ShouldBe(["web.n2.6 Pending: rollout of version 2"]);
    }

    [Fact]
    public void Rollout_ClockPutBack_BeginsTheMonitorTimeAgain()
    {
        var world = Running(s_three);
        world.Accept(Image(s_three, 2));
        world.Step();
        world.See("web.1.4", TaskState.Running, "n1");
        world.Step();
        world.Step(-3600);
        world.Step(4.9).In(TaskAction.Stop).ShouldBeEmpty();
        world.Step(0.1).In(TaskAction.Stop).Count().ShouldBe(1);
    }

    private static ServiceSpec Image(ServiceSpec spec, int number) => spec with { Container = spec.Container with { Image = $"web:{number}" } };

    private static ServiceWorld Running(ServiceSpec spec)
    {
        var world = new ServiceWorld(spec);
        world.Step();
        world.RunAll();
        world.Step().IsChange.ShouldBeFalse();
        return world;
    }
}
