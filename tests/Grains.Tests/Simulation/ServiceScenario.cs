using FsCheck;
using FsCheck.Fluent;
using Warren.Grains.Rollout;
using Warren.Grains.Services;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Tests.Simulation;

/// <summary>A life of a service: what its users and the world do to it, one after the other.</summary>
internal sealed record ServiceScenario(int Seed, int Nodes, bool IsGlobal, UpdateSpec Update, bool HasPorts, FaultPlan Faults, ServiceScenario.Act[] Acts)
{
    public enum Deed
    {
        ChangeImage,
        ChangeImageToABrokenOne,
        ChangeLabels,
        Scale,
        Drain,
        Activate,
        LoseNode,
        ReturnNode,
        BlinkNode,
        KillContainer,
        Evict,
        PutClockBack,
        PauseRollout,
        ResumeRollout,
        Wait,
    }

    /// <summary>Something happens, and then so much time passes.</summary>
    public sealed record Act(Deed Deed, int Number, int ThenMs);

    private static readonly Gen<Act> s_anyAct =
        from deed in Gen.Frequency([.. Enum.GetValues<Deed>().Select(deed => (deed == Deed.ChangeImage ? 3 : 1, Gen.Constant(deed)))])
        from number in Gen.Choose(1, 6)
        from time in Gen.Elements(1, 50, 300, 1000, 4000)
        select new Act(deed, number, time);

    public static Gen<ServiceScenario> Any { get; } =
        from seed in Gen.Choose(1, int.MaxValue)
        from nodes in Gen.Choose(1, 4)
        from isGlobal in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from parallelism in Gen.Choose(1, 3)
        from order in Gen.Elements(UpdateOrder.Auto, UpdateOrder.StopFirst)
        from delay in Gen.Elements(0, 0, 1500)
        from monitor in Gen.Elements(0, 500, 2000)
        from onFailure in Gen.Elements(UpdateFailureAction.Pause, UpdateFailureAction.Continue)
        from hasPorts in Gen.Elements(true, false)
        from loss in Gen.Elements(0, 10, 30)
        from failure in Gen.Elements(0, 5, 20)
        from dies in Gen.Elements(0, 0, 3)
        from acts in s_anyAct.NonEmptyListOf()
        select new ServiceScenario(
            seed,
            nodes,
            isGlobal,
            new()
            {
                Parallelism = parallelism,
                Order = order,
                Delay = TimeSpan.FromMilliseconds(delay),
                Monitor = TimeSpan.FromMilliseconds(monitor),
                OnFailure = onFailure,
                ReadyTimeout = TimeSpan.FromSeconds(10),
            },
            hasPorts,
            new()
            {
                Loss = loss / 100.0,
                Duplicate = loss / 100.0,
                ManagerDies = dies / 100.0,
                FailsAtStart = failure / 100.0,
                FailsLater = failure / 100.0,
            },
            [.. acts]);

    public override string ToString() =>
        $"seed {Seed}, {Nodes} nodes{(IsGlobal ? ", global" : "")}, {Update}, {Faults}: {string.Join("; ", Acts.Select(act => $"{act.Deed} {act.Number} {act.ThenMs}"))}";

    /// <summary>
    /// Plays it, checks each decision, lets the world be kind again, and checks that the service is as it should be in the end.
    /// </summary>
    public SimulatedCluster Play(Action<ServiceSnapshot, ServicePlan>? rules = null)
    {
        var cluster = new SimulatedCluster(Seed, Nodes, Faults) { Decided = rules ?? DecisionRules.Check };
        var spec = A.Service() with
        {
            Mode = IsGlobal ? ServiceMode.Global : ServiceMode.Replicated,
            Replicas = IsGlobal ? null : 3,
            Update = Update,
            Restart = new() { Backoff = TimeSpan.FromMilliseconds(500), MaxDelay = TimeSpan.FromSeconds(4) },
        };
        if (HasPorts) spec = spec with { Container = spec.Container with { Ports = [new() { ContainerPort = 80 }] } };
        var broken = new HashSet<long>();
        cluster.IsBroken = broken.Contains;
        cluster.SetSpec(spec);
        try
        {
            for (var i = 0; i < Acts.Length; i++)
            {
                spec = Do(cluster, Acts[i], i, spec, broken);
                cluster.Run(TimeSpan.FromMilliseconds(Acts[i].ThenMs));
            }

            cluster.Faults = FaultPlan.None;
            broken.Clear();
            foreach (var node in cluster.Nodes.Keys) cluster.SetNode(node.Value, record => record.With(NodeCondition.Ready).With(NodeAvailability.Active));
            cluster.State = ServiceMachine.ResumeRollout(cluster.State, "go on", cluster.Now);
            var replicas = spec.Replicas ?? Nodes;
            var isSettled = cluster.RunUntil(
                () =>
                {
                    // A failure from before may still pause it.
                    if (cluster.State.Rollout is { Phase: RolloutPhase.Paused }) cluster.State = ServiceMachine.ResumeRollout(cluster.State, "go on", cluster.Now);
                    return cluster.IsSettled(replicas);
                },
                TimeSpan.FromMinutes(10));
            isSettled.ShouldBeTrue("the service is settled in the end");
        }
        catch (ShouldAssertException e)
        {
            var tasks = cluster.State.Tasks.Values.Select(task =>
                $"{task.Id} v{task.SpecVersion} {task.Desired} {task.Observed.State} {task.Observed.Health} {task.Node} {task.NotBefore:HH:mm:ss}");
            throw new ShouldAssertException($"{e.Message}\n{this}\n{string.Join('\n', cluster.Log.TakeLast(60))}\n{string.Join('\n', tasks)}\n{cluster.State.Rollout}");
        }

        return cluster;
    }

    private ServiceSpec Do(SimulatedCluster cluster, Act act, int step, ServiceSpec spec, HashSet<long> broken)
    {
        var node = $"n{(act.Number % Nodes) + 1}";
        var running = cluster.State.Tasks.Values.Where(task => task.IsLive() && task.Observed.State == TaskState.Running).ToArray();
        switch (act.Deed)
        {
            case Deed.ChangeImage or Deed.ChangeImageToABrokenOne:
                spec = spec with { Container = spec.Container with { Image = $"web:{step + 2}" } };
                cluster.SetSpec(spec);
                if (act.Deed == Deed.ChangeImageToABrokenOne) broken.Add(cluster.State.Current.Version);
                break;
            case Deed.ChangeLabels:
                spec = spec with { Labels = A.Map(("step", $"{step}")) };
                cluster.SetSpec(spec);
                break;
            case Deed.Scale when !IsGlobal:
                spec = spec with { Replicas = act.Number };
                cluster.SetSpec(spec);
                break;
            case Deed.Drain:
                cluster.SetNode(node, record => record.With(NodeAvailability.Drained));
                break;
            case Deed.Activate:
                cluster.SetNode(node, record => record.With(NodeAvailability.Active));
                break;
            case Deed.LoseNode:
                cluster.SetNode(node, record => record.With(NodeCondition.Lost));
                break;
            case Deed.ReturnNode:
                cluster.SetNode(node, record => record.With(NodeCondition.Ready));
                break;
            case Deed.BlinkNode:
                cluster.SetNode(node, record => record.With(NodeCondition.Unreachable));
                cluster.After(TimeSpan.FromSeconds(3), () => cluster.SetNode(node, record => record.With(NodeCondition.Ready)));
                break;
            case Deed.KillContainer when running.Length > 0:
                var victim = running[act.Number % running.Length];
                if (cluster.Nodes.TryGetValue(victim.Node!.Value, out var place) && place.Copies.TryGetValue(victim.Id, out var copy)) place.Fail(copy);
                break;
            case Deed.Evict when running.Length > 0:
                cluster.State = ServiceMachine.Evict(cluster.State, running[act.Number % running.Length].Id);
                cluster.Kick();
                break;
            case Deed.PauseRollout:
                cluster.State = ServiceMachine.PauseRollout(cluster.State, "paused", cluster.Now);
                break;
            case Deed.ResumeRollout:
                cluster.State = ServiceMachine.ResumeRollout(cluster.State, "resumed", cluster.Now);
                cluster.Kick();
                break;
            case Deed.PutClockBack:
                cluster.ClockError -= TimeSpan.FromMinutes(act.Number);
                break;
        }

        return spec;
    }
}
