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
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Service().ApplyAsync(A.Service(replicas: Replicas));
        await ServiceLifeTests.RunAsync(cluster, Replicas);
        var history = new History(cluster);
        for (var i = 0; i < s_steps.Length; i++)
        {
            var (tag, step) = ($"2.{i}", s_steps[i]);
            var death = KillAt(cluster, history, step, nth: step.StartsWith("Append", StringComparison.Ordinal) ? 1 : 1 + (i % 2));
            try
            {
                await cluster.Service().ApplyAsync(A.Service(replicas: Replicas).WithImage(tag));
            }
            catch (Exception failure) when (failure is OrleansException or TimeoutException)
            {
                // The manager died with the call: nobody knows whether it was stored. Asked again, it changes nothing that was.
                await cluster.WhenAsync(async () => await cluster.Service().ApplyAsync(A.Service(replicas: Replicas).WithImage(tag)) is not null, () => "it is applied");
            }

            await cluster.WhenAsync(() => Task.FromResult(death.IsCompleted), () => $"a manager died at '{step}'");
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

    private static Task KillAt(TestCluster cluster, History history, string at, int nth)
    {
        var (count, dead) = (0, "");
        var died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Store.AtWrite = (silo, grain, isDone) =>
        {
            if (!grain.ToString().Equals("service/web", StringComparison.Ordinal)) return Stay(silo);
            if (isDone) history.Look();
            return Stay(silo, isDone ? "write, after" : "write, before");
        };
        foreach (var faults in cluster.Faults.Values) faults.AtCall = (silo, call, isDone) => AtCall(silo, call, isDone);
        return died.Task;

        Task AtCall(string silo, IOutgoingGrainCallContext call, bool isDone) =>
            call.SourceId?.ToString() == "service/web" ? Stay(silo, $"{call.MethodName}, {(isDone ? "after" : "before")}") : Stay(silo);

        Task Stay(string silo, string? step = null)
        {
            if (silo == Volatile.Read(ref dead)) return Task.Delay(Timeout.Infinite);
            if (step != at || Interlocked.Increment(ref count) != nth) return Task.CompletedTask;
            Volatile.Write(ref dead, silo);
            _ = Task.Run(async () =>
            {
                try
                {
                    await cluster.ReplaceAsync(silo);

                    // The one that takes its place may have its name.
                    Volatile.Write(ref dead, "");
                    died.SetResult();
                }
                catch (Exception failure)
                {
                    died.SetException(failure);
                }
            });
            return Task.Delay(Timeout.Infinite);
        }
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
