using FsCheck.Fluent;
using Warren.Grains.Rollout;
using Warren.Grains.Services;
using Warren.Grains.Tests.Simulation;
using Warren.Grains.Tests.Testing;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Tests.Services;

/// <summary>Whole lives of services in a world that loses, doubles and delays what it carries.</summary>
public sealed class ServiceSimulationTests
{
    [Fact]
    public void AnyLife_EachDecisionKeepsTheRulesAndTheEndIsAsAsked() => Sampled.Check(ServiceScenario.Any, scenario => scenario.Play(), count: 60);

    [Fact, Trait("Category", "Soak")]
    public void AnyLife_ManyTimes_EachDecisionKeepsTheRulesAndTheEndIsAsAsked() =>
        Sampled.Check(ServiceScenario.Any, scenario => scenario.Play(), count: 3000);

    /// <summary>Containers of one slot run together only while one gives way to the other; stop-first, never, if nothing is cut off.</summary>
    [Fact]
    public void StopFirst_NodesInReach_NoSlotRunsTwice() => Sampled.Check(
        ServiceScenario.Any.Where(scenario => scenario.Update.Order == UpdateOrder.StopFirst),
        scenario =>
        {
            var kind = scenario.Acts.Where(act => act.Deed is ServiceScenario.Deed.ChangeImage or ServiceScenario.Deed.ChangeLabels
                or ServiceScenario.Deed.Scale or ServiceScenario.Deed.KillContainer or ServiceScenario.Deed.ChangeImageToABrokenOne).ToArray();
            if (kind.Length == 0) return;
            var cluster = (scenario with { Acts = kind }).Play();
            cluster.MostRunningInASlot.ShouldBe(1, $"{scenario}\n{string.Join('\n', cluster.Log)}");
        },
        count: 40);

    [Fact]
    public void Scenarios_Generated_ReachWhatMatters()
    {
        Sampled.Share(ServiceScenario.Any, scenario => scenario.Acts.Length >= 3).ShouldBeGreaterThan(0.5);
        Sampled.Share(ServiceScenario.Any, scenario => scenario.Faults.Loss > 0).ShouldBeGreaterThan(0.15);
        Sampled.Share(ServiceScenario.Any, scenario => scenario.Faults.ManagerDies > 0).ShouldBeGreaterThan(0.15);
        foreach (var deed in Enum.GetValues<ServiceScenario.Deed>())
            Sampled.Share(ServiceScenario.Any, scenario => scenario.Acts.Any(act => act.Deed == deed)).ShouldBeGreaterThan(0.15, deed.ToString());

        var (paused, leaving, orphaned, twice, restarted, superseded) = (0, 0, 0, 0, 0, 0);
        foreach (var scenario in Sampled.Draw(ServiceScenario.Any, 40))
        {
            var cluster = scenario.Play((snapshot, plan) =>
            {
                if (plan.Next.Rollout is { Phase: RolloutPhase.Paused }) paused++;
                if (plan.In(TaskAction.Leave).Any()) leaving++;
                if (plan.In(TaskAction.Orphan).Any()) orphaned++;
                if (plan.Create.Any(task => task.NotBefore is not null)) restarted++;
                if (plan.Next.Tasks.Values.Where(task => task.IsLive()).GroupBy(task => task.Id.Slot).Any(slot => slot.Count() > 1)) twice++;
            });
            superseded += cluster.Log.Count(line => line.Contains("stops the copy", StringComparison.Ordinal));
        }

        paused.ShouldBeGreaterThan(10);
        leaving.ShouldBeGreaterThan(10);
        orphaned.ShouldBeGreaterThan(10);
        twice.ShouldBeGreaterThan(10);
        restarted.ShouldBeGreaterThan(10);
        superseded.ShouldBeGreaterThan(5);
    }

    [Fact]
    public void Rules_PlantedFaults_AreFound()
    {
        // A decision that forgets a task, makes one too many, or stops a ready one for nothing.
        Sampled.Finds(ServiceScenario.Any, scenario => scenario.Play((snapshot, plan) => DecisionRules.Check(
            snapshot, plan with { Decisions = plan.Decisions.Length > 2 ? plan.Decisions.RemoveAt(1) : plan.Decisions })), 20).ShouldBeTrue();
        Sampled.Finds(ServiceScenario.Any, scenario => scenario.Play((snapshot, plan) => DecisionRules.Check(
            snapshot, plan with { Next = snapshot.State })), 20).ShouldBeTrue();
        Sampled.Finds(ServiceScenario.Any, scenario => scenario.Play(StopOneThatServes), 20).ShouldBeTrue();
    }

    private static void StopOneThatServes(ServiceSnapshot snapshot, ServicePlan plan)
    {
        var serving = plan.Next.Tasks.Values.FirstOrDefault(task => task.IsLive() && task.Observed.IsReady());
        if (serving is null || !snapshot.State.Tasks.ContainsKey(serving.Id)) return;
        var stopped = serving with { Desired = DesiredState.Shutdown, DesiredAt = snapshot.Now, DesiredReason = "planted" };
        DecisionRules.Check(snapshot, plan with
        {
            Next = plan.Next with { Tasks = plan.Next.Tasks.SetItem(stopped.Id, stopped) },
            Decisions = [.. plan.Decisions.Select(decision => decision.Task == stopped.Id ? decision with { Action = TaskAction.Stop } : decision)],
        });
    }
}
