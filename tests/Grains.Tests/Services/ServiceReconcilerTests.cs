using System.Collections.Immutable;
using Warren.Containers;
using Warren.Grains.Services;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Tests.Services;

public sealed class ServiceReconcilerTests
{
    private static readonly ServiceSpec s_three = A.Service() with { Replicas = 3 };

    [Fact]
    public void Compute_NewService_MakesATaskForEachSlot()
    {
        var world = new ServiceWorld(s_three);
        world.Step();
        world.Created.ShouldBe(
        [
            "web.1.1 Pending: its slot was empty",
            "web.2.2 Pending: its slot was empty",
            "web.3.3 Pending: its slot was empty",
        ]);
        world.Step().IsChange.ShouldBeFalse();
    }

    [Fact]
    public void Compute_TaskFailed_ReplacesItAtOnceThenWithGrowingDelay()
    {
        var world = Running(A.Service());
        world.See("web.1.1", TaskState.Failed, exitCode: 3);
        world.Step();
        world.Created.ShouldBe(["web.1.2 Pending: replaces web.1.1, which failed: exit code 3"]);

        world.See("web.1.2", TaskState.Failed, "n1", exitCode: 3);
        world.Step();
        world["web.1.3"].NotBefore.ShouldBe(world.Now.AddSeconds(1));
        world["web.1.3"].Observed.Reason.ShouldBe("restart delay, next try at 12:00:01Z");
        world.Plan.WakeAt.ShouldBe(world.Now.AddSeconds(1));
        world.Step(0.9).IsChange.ShouldBeFalse();
        world.Step(0.1);
        world.In(TaskAction.Release).ShouldBe(["web.1.3: its restart delay has passed"]);

        world.See("web.1.3", TaskState.Rejected, "n1");
        world.Step();
        world["web.1.4"].NotBefore.ShouldBe(world.Now.AddSeconds(2));
    }

    [Fact]
    public void Compute_ClockPutBackDuringDelay_DoesNotWaitForIt()
    {
        var world = Running(A.Service());
        world.See("web.1.1", TaskState.Failed);
        world.Step();
        world.See("web.1.2", TaskState.Failed, "n1");
        world.Step();
        world.Step(-3600);
        world.In(TaskAction.Release).ShouldBe(["web.1.3: its restart delay has passed"]);
    }

    [Fact]
    public void Compute_AttemptsUsedUp_LeavesTheSlotEmptyUntilTheSpecChanges()
    {
        var spec = A.Service() with { Restart = new() { MaxAttempts = 1, Backoff = TimeSpan.Zero } };
        var world = Running(spec);
        world.See("web.1.1", TaskState.Failed, exitCode: 1);
        world.Step();
        world.See("web.1.2", TaskState.Failed, "n1", exitCode: 1);
        world.Step();
        world.Created.ShouldBeEmpty();
        world.Plan.Waits.ShouldBe(["1: web.1.2 failed: exit code 1, and 1 restarts within 600 s are used up"]);
        world.Step(3600).Create.ShouldBeEmpty();

        world.Accept(spec with { Labels = A.Map(("try", "again")) });
        world.Step();
        world.Created.ShouldBe(["web.1.3 Pending: replaces web.1.2, which failed: exit code 1"]);
    }

    [Theory]
    [InlineData(RestartCondition.Any, TaskState.Complete, true)]
    [InlineData(RestartCondition.OnFailure, TaskState.Complete, false)]
    [InlineData(RestartCondition.OnFailure, TaskState.Failed, true)]
    [InlineData(RestartCondition.OnFailure, TaskState.Rejected, true)]
    [InlineData(RestartCondition.None, TaskState.Failed, false)]
    public void Compute_TaskEnded_ReplacesItByItsCondition(RestartCondition condition, TaskState end, bool isReplaced)
    {
        var world = Running(A.Service() with { Restart = new() { Condition = condition } });
        world.See("web.1.1", end);
        world.Step().Create.Length.ShouldBe(isReplaced ? 1 : 0);
        world.Step().IsChange.ShouldBeFalse();
    }

    [Fact]
    public void Compute_RestartNone_StillReplacesWhatWasLost()
    {
        var world = Running(A.Service() with { Restart = new() { Condition = RestartCondition.None } });
        world.SetNode("n1", NodeCondition.Lost);
        world.Step();
        world.Created.ShouldBe(["web.1.2 Pending: replaces web.1.1, which was lost with its node"]);
    }

    [Fact]
    public void Compute_NodeUnreachable_MovesNothing()
    {
        var world = Running(s_three);
        world.SetNode("n1", NodeCondition.Unreachable);
        world.Step().IsChange.ShouldBeFalse();
    }

    [Fact]
    public void Compute_NodeLost_ReplacesItsTasksElsewhere()
    {
        var world = Running(s_three);
        world.SetNode("n2", NodeCondition.Lost);
        world.Step();
        world.In(TaskAction.Orphan).ShouldBe(["web.2.2: n2.example is lost"]);
        world.Created.ShouldBe(["web.2.4 Pending: replaces web.2.2, which was lost with its node"]);
        world.Plan.In(TaskAction.Keep).Count().ShouldBe(2);
    }

    [Fact]
    public void Compute_NodeLostWithTheVolume_Waits()
    {
        var spec = A.Service() with
        {
            Container = A.Service().Container with { Mounts = [new() { Kind = MountKind.Volume, Source = "data", Target = "/data" }] },
        };
        var world = Running(spec);
        world.Volumes = world.Volumes.Add(new("data"), new("n1"));
        world.SetNode("n1", NodeCondition.Lost);
        world.Step();
        world.In(TaskAction.Wait).ShouldBe(["web.1.1: n1.example is lost, and its volume data is there; it goes on when the node returns"]);
        world.Plan.IsChange.ShouldBeFalse();

        // The operator gives the node up, and the volume with it.
        world.Removed = [new("n1")];
        world.Volumes = world.Volumes.Clear();
        world.Step();
        world.Created.ShouldBe(["web.1.2 Pending: replaces web.1.1, which was lost with its node"]);
    }

    [Fact]
    public void Compute_NodeNotKnown_LeavesItsTasksAlone()
    {
        var world = Running(A.Service());
        world.See("web.1.1", TaskState.Running);
        world.State = world.State with
        {
            Tasks = world.State.Tasks.SetItem(world["web.1.1"].Id, world["web.1.1"] with { Node = new("n9") }),
        };
        world.Step().IsChange.ShouldBeFalse();
    }

    [Fact]
    public void Compute_NodeDrained_MovesItsTaskStartFirst()
    {
        var world = Running(A.Service());
        world.SetNode("n1", NodeAvailability.Drained);
        world.Step();
        world.Created.ShouldBe(["web.1.2 Pending: n1.example is drained"]);
        world.In(TaskAction.Keep).ShouldBe(["web.1.1: serves until its successor is ready: n1.example is drained"]);

        world.See("web.1.2", TaskState.Running, "n2", health: TaskHealth.Starting);
        world.Step().IsChange.ShouldBeFalse();
        world.See("web.1.2", TaskState.Running, health: TaskHealth.Ready);
        world.Step();
        world.In(TaskAction.Stop).ShouldBe(["web.1.1: web.1.2 is ready and takes over"]);
    }

    [Fact]
    public void Compute_DrainTakenBack_StopsTheSuccessorThatIsNotReady()
    {
        var world = Running(A.Service());
        world.SetNode("n1", NodeAvailability.Drained);
        world.Step();
        world.SetNode("n1", NodeAvailability.Active);
        world.Step();
        world.In(TaskAction.Withdraw).ShouldBe(["web.1.2: web.1.1 can stay"]);
    }

    [Fact]
    public void Compute_VolumeOnDrainedNode_StopsFirst()
    {
        var spec = A.Service() with
        {
            Container = A.Service().Container with { Mounts = [new() { Kind = MountKind.Volume, Source = "data", Target = "/data" }] },
        };
        var world = Running(spec);
        world.Volumes = world.Volumes.Add(new("data"), new("n1"));
        world.SetNode("n1", NodeAvailability.Drained);
        world.Step();
        world.In(TaskAction.Stop).ShouldBe(["web.1.1: n1.example is drained"]);
        world.Created.ShouldBe(["web.1.2 New: n1.example is drained"]);
    }

    [Fact]
    public void Compute_ConstraintChanged_MovesOnlyTasksThatDoNotMeetIt()
    {
        var world = Running(s_three);
        world.SetNode(world.Nodes[new("n1")].WithLabel("zone", "eu"));
        world.SetNode(world.Nodes[new("n2")].WithLabel("zone", "eu"));
        world.Accept(s_three.WithConstraints("node.labels.zone==eu"));
        world.Step();
        world.Created.ShouldBe(["web.3.4 Pending: n3.example does not meet node.labels.zone==eu"]);
    }

    [Fact]
    public void Compute_ScaleDown_TakesTheLeastHealthyThenTheNewest()
    {
        var world = Running(A.Service() with { Replicas = 6 });
        world.See("web.2.2", TaskState.Running, health: TaskHealth.Unready);
        world.Accept(A.Service() with { Replicas = 4 });
        world.Step();
        world.In(TaskAction.Stop).ShouldBe(["web.2.2: scaled down from 6 to 4", "web.6.6: scaled down from 6 to 4"]);
    }

    [Fact]
    public void Compute_ScaleDown_SpreadsWhatStaysOverLabelsFirst()
    {
        var spec = A.Service() with { Replicas = 6, Placement = new() { Spread = ["node.labels.zone"] } };
        var world = new ServiceWorld(spec);
        world.SetNode(world.Nodes[new("n1")].WithLabel("zone", "a"));
        world.SetNode(world.Nodes[new("n2")].WithLabel("zone", "a"));
        world.SetNode(world.Nodes[new("n3")].WithLabel("zone", "b"));
        world.Step();

        // Four in zone a (three of them on n1), two in zone b.
        foreach (var (task, node) in world.Live.Zip(["n1", "n1", "n1", "n2", "n3", "n3"]).ToArray()) world.See(task, TaskState.Running, node);
        world.Accept(spec with { Replicas = 3 });
        world.Step();
        world.In(TaskAction.Stop).Select(line => line[..7]).ShouldBe(["web.2.2", "web.3.3", "web.6.6"]);
    }

    /// <summary>Wherever the tasks were: no node that lost one has two fewer than another still has.</summary>
    [Fact]
    public void Compute_ScaleDownOfAnySpread_EvensItOut() => Sampled.Check(
        random => (Places: Enumerable.Range(0, random.Next(2, 20)).Select(_ => $"n{random.Next(1, 4)}").ToArray(), Part: random.NextDouble()),
        sample =>
        {
            var spec = A.Service() with { Replicas = sample.Places.Length };
            var world = new ServiceWorld(spec);
            world.Step();
            foreach (var (task, node) in world.Live.Zip(sample.Places).ToArray()) world.See(task, TaskState.Running, node);
            world.Accept(spec with { Replicas = (int)(sample.Part * sample.Places.Length) });
            world.Step();
            var left = sample.Places.Distinct().ToDictionary(node => node, node => world.Live.Count(task => world[task].Node!.Value.Value == node));
            var losers = world.Plan.In(TaskAction.Stop).Select(decision => world.State.Tasks[decision.Task].Node!.Value.Value).Distinct();
            losers.ShouldAllBe(node => left[node] >= left.Values.Max() - 1);
            world.Live.Count().ShouldBe((int)(sample.Part * sample.Places.Length));
        });

    [Fact]
    public void Compute_ScaledDownAndUpAgain_WaitsForTheEndOfTheOldTask()
    {
        var world = Running(A.Service() with { Replicas = 2 });
        world.Accept(A.Service() with { Replicas = 1 });
        world.Step();
        world.Accept(A.Service() with { Replicas = 2 });
        world.Step();
        world.Created.ShouldBe(["web.2.3 New: takes the place of web.2.2"]);
        world.See("web.2.2", TaskState.Shutdown);
        world.Step();
        world.In(TaskAction.Release).ShouldBe(["web.2.3: its slot is free"]);
    }

    [Fact]
    public void Compute_TaskWithPorts_LeavesItsTrafficBeforeItStops()
    {
        var spec = A.Service() with { Replicas = 2, TrafficGrace = TimeSpan.FromSeconds(3) };
        var world = Running(spec);
        world.Accept(spec with { Replicas = 1 });
        world.Step();
        world.In(TaskAction.Leave).ShouldBe(["web.2.2: scaled down from 2 to 1"]);
        world["web.2.2"].Desired.ShouldBe(DesiredState.Leaving);
        world.Plan.WakeAt.ShouldBe(world.Now.AddSeconds(3));
        world.Step(2.9).IsChange.ShouldBeFalse();
        world.Step(0.1);
        world.In(TaskAction.Stop).ShouldBe(["web.2.2: scaled down from 2 to 1"]);
    }

    [Fact]
    public void Compute_GlobalService_FollowsItsNodes()
    {
        var world = Running(A.Service() with { Mode = ServiceMode.Global });
        world.Live.ShouldBe(["web.n1.1", "web.n2.2", "web.n3.3"]);

        world.SetNode("n1", NodeAvailability.Cordoned);
        world.SetNode("n2", NodeAvailability.Drained);
        world.SetNode("n3", NodeCondition.Lost);
        world.SetNode(A.Node("n4"));
        world.SetNode(A.Node("n5").With(NodeAvailability.Cordoned));
        world.Step();
        world.In(TaskAction.Stop).ShouldBe(["web.n2.2: n2.example is drained"]);
        world.In(TaskAction.Wait).ShouldBe(["web.n3.3: n3.example is lost; it goes on when the node returns"]);
        world.Created.ShouldBe(["web.n4.4 Pending: its slot was empty"]);

        // The task was there all the time: nothing restarts.
        world.SetNode("n3", NodeCondition.Ready);
        world.Step().IsChange.ShouldBeFalse();
    }

    [Fact]
    public void Compute_GlobalServiceNodeRemoved_ForgetsItsTask()
    {
        var world = Running(A.Service() with { Mode = ServiceMode.Global });
        world.Removed = [new("n2")];
        world.Step();
        world.In(TaskAction.Forget).ShouldBe(["web.n2.2: nothing is left of it"]);
    }

    [Fact]
    public void Compute_ManyFailures_KeepsTheLatestForItsHistory()
    {
        var world = Running(A.Service() with { Restart = new() { Backoff = TimeSpan.Zero } });
        for (var generation = 1; generation <= 8; generation++)
        {
            world.See($"web.1.{generation}", TaskState.Failed, "n1");
            world.Step();
        }

        world.State.Tasks.Values.Count(task => task.Observed.State.IsFinal && task.Desired == DesiredState.Running).ShouldBe(5);
        world.State.Tasks.Keys.First().ToString().ShouldBe("web.1.1");
        world.Cleaned = [TaskId.Parse("web.1.1")];
        world.Step();
        world.In(TaskAction.Forget).ShouldBe(["web.1.1: nothing is left of it"]);
    }

    [Fact]
    public void Compute_ServiceRemoved_IsGoneWhenNothingIsLeft()
    {
        var world = Running(A.Service() with { Replicas = 2, TrafficGrace = TimeSpan.FromSeconds(5) });
        world.State = ServiceMachine.Remove(world.State);
        world.Step();
        world.In(TaskAction.Remove).ShouldBe(["web.1.1: the service is removed", "web.2.2: the service is removed"]);
        world.See("web.1.1", TaskState.Shutdown);
        world.See("web.2.2", TaskState.Shutdown);
        world.Step().IsGone.ShouldBeFalse();
        world.Cleaned = [TaskId.Parse("web.1.1"), TaskId.Parse("web.2.2")];
        world.Step().IsGone.ShouldBeTrue();
        ServiceMachine.Cleared(world.State).NextGeneration.ShouldBe(3);
    }

    [Fact]
    public void Observe_LateAndDoubledRecords_ChangeNothing()
    {
        var world = Running(A.Service());
        var running = world["web.1.1"];
        world.See("web.1.1", TaskState.Failed);
        var state = world.State;
        ServiceMachine.Observe(state, running, world.Now).ShouldBeSameAs(state);
        ServiceMachine.Observe(state, state.Tasks[running.Id], world.Now).ShouldBeSameAs(state);
        ServiceMachine.Observe(state, A.Task("web.7.99", TaskState.Running), world.Now).ShouldBeSameAs(state);
        state.Slots[running.Id.Slot].Ends.Length.ShouldBe(1);
    }

    [Fact]
    public void Compute_NodesInAnyOrder_GivesTheSamePlan()
    {
        var world = Running(A.Service() with { Mode = ServiceMode.Global });
        world.SetNode("n2", NodeAvailability.Drained);
        var snapshot = new ServiceSnapshot { State = world.State, Nodes = world.Nodes, Now = world.Now };
        var other = snapshot with { Nodes = world.Nodes.Reverse().ToImmutableSortedDictionary(), State = world.State with { Tasks = world.State.Tasks.Reverse().ToImmutableSortedDictionary() } };
        ServiceReconciler.Compute(other).Decisions.ShouldBe(ServiceReconciler.Compute(snapshot).Decisions);
    }

    private static ServiceWorld Running(ServiceSpec spec)
    {
        var world = new ServiceWorld(spec);
        world.Step();
        world.RunAll();
        world.Step().IsChange.ShouldBeFalse();
        return world;
    }
}
