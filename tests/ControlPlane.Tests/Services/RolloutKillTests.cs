using System.Collections.Concurrent;
using System.Text.Json;
using Warren.ControlPlane.Tests.Testing;
using Warren.Grains.Services;
using Warren.Silo.Stores;
using Warren.Tasks;

namespace Warren.ControlPlane.Tests.Services;

public sealed class RolloutKillTests
{
    private const int Replicas = 2;

    private static readonly string[] s_steps =
    [
        "write, before", "write, after", "TakeAsync, before", "TakeAsync, after", "EnqueueAsync, before", "EnqueueAsync, after",
        "SetDesiredAsync, before", "SetDesiredAsync, after", "AppendAsync, before", "AppendAsync, after",
    ];

    /// <summary>
    /// In each rollout the manager that has the service dies at another step: before and after its writes, and before and after it tells others of them.
    /// </summary>
    [Fact]
    public async Task Rollout_ManagerDiesBetweenAnyTwoSteps_GoesOnAndKeepsItsBounds()
    {
        await using var cluster = await TestCluster.StartAsync(configure: MortalCluster.HaveLongLeases);
        await cluster.Service().ApplyAsync(A.Service(replicas: Replicas));
        await ServiceLifeTests.RunAsync(cluster, Replicas);
        var history = new History(cluster);
        for (var i = 0; i < s_steps.Length; i++)
        {
            var (tag, step) = ($"2.{i}", s_steps[i]);
            var death = SiloKill.At(cluster, "service/web", step, step.StartsWith("Append", StringComparison.Ordinal) ? 1 : 1 + (i % 2), history.Look);
            await SiloKill.CallAsync(() => cluster.Service().ApplyAsync(A.Service(replicas: Replicas).WithImage(tag)));

            // Asked again, it changes nothing that was stored.
            await cluster.WhenAsync(async () => await cluster.Service().ApplyAsync(A.Service(replicas: Replicas).WithImage(tag)) is not null, () => "it is applied");
            await death;
            await cluster.WhenAsync(
                status => status!.Rollout?.Phase == "done" && status.Tasks.Where(task => !task.Observed.State.IsFinal).ToArray() is { Length: Replicas } left
                    && left.All(task => ServiceLifeTests.IsUp(task) && task.SpecVersion == status.Revision.Version),
                what: $"rollout {step} is done");
        }

        // What a manager had stored and not told when it died is told by the next one.
        await cluster.WhenAsync(
            async () => (await cluster.Events.ReadAsync(0, 10_000)).Count(one => one is { Kind: Warren.Events.EventKind.Rollout, To: "Completed", From: "Rolling" })
                == s_steps.Length,
            () => "the end of each rollout is in the log");
        history.Faults.ShouldBeEmpty();
        history.Looks.ShouldBeGreaterThan(40);
    }

    /// <summary>Looks at what is stored after each write of the service.</summary>
    private sealed class History(TestCluster cluster)
    {
        private readonly StateSerializer _serializer = new([]);

        public ConcurrentQueue<string> Faults { get; } = new();

        public int Looks { get; private set; }

        public void Look()
        {
            Looks++;
            var state = _serializer.Deserialize<ServiceRecord>(new(1, cluster.Store.Rows["service/web/service"]), new RowKey("", "", "", ""))!.State!;
            var tasks = state.Tasks.Values.Where(task => !task.Observed.State.IsFinal).ToArray();
            if (tasks.Length > Replicas + state.Current.Spec.Update.Parallelism) Fault("more tasks than the surge");
            if (tasks.Count(ServiceLifeTests.IsUp) < Replicas) Fault("fewer ready tasks than replicas");
            if (cluster.Agents.Sum(agent => agent.Running.Count) < Replicas) Fault("fewer processes than replicas");

            void Fault(string rule) => Faults.Enqueue($"{rule}: {JsonSerializer.Serialize(tasks.Select(task => $"{task.Id} {task.Desired} {task.Observed.State}"))}");
        }
    }
}
