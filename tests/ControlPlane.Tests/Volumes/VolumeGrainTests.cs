using Warren.ControlPlane.Tests.Services;
using Warren.ControlPlane.Tests.Testing;
using Warren.Events;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;
using Warren.Volumes;

namespace Warren.ControlPlane.Tests.Volumes;

public sealed class VolumeGrainTests
{
    [Fact]
    public async Task Volume_InUse_KeepsItsTasksTogetherAndIsRemovedWithThemByForce()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 3);
        var volume = cluster.Client.GetGrain<IVolumeGrain>("data");
        await volume.CreateAsync(new() { Name = "data" });
        await cluster.Service().ApplyAsync(A.Service(replicas: 4).WithVolume("data"));
        var status = await cluster.WhenAsync(status => status?.Tasks.Count(task => task.Observed.State == TaskState.Running) == 4);
        var node = status!.Tasks.Select(task => task.Node).Distinct().ShouldHaveSingleItem();
        (await volume.GetAsync())!.Node.ShouldBe(node);
        (await volume.ClaimAsync(new("n9"))).Node.ShouldBe(node);
        (await Should.ThrowAsync<InUseException>(() => volume.RemoveAsync(force: false))).Message.ShouldContain("service web");

        // As long as its tasks do not end, neither does the removal.
        var agent = cluster.Agents.Single(agent => agent.Id == node);
        agent.Busy = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        await volume.RemoveAsync(force: true);

        (await Should.ThrowAsync<ConflictException>(() => volume.ClaimAsync(node!.Value))).Message.ShouldContain("being removed");
        agent.Busy = Task.CompletedTask;
        await cluster.WhenAsync(status => status is null);
        await cluster.WhenAsync(
            async () =>
            {
                try
                {
                    return (await volume.ClaimAsync(new NodeId("n3"))).Node == new NodeId("n3");
                }
                catch (ConflictException)
                {
                    return false;
                }
            },
            () => "the name is free again");
    }

    [Fact]
    public async Task Remove_InUseByAServiceThatIsSlowToAnswer_IsRefusedAndTheServiceStays()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        var volume = await InUseAsync(cluster);
        var (asked, answer) = (Signal(), Signal());
        cluster.Faults.Values.Single().AtCall = (_, call, isDone) =>
            !isDone && call.MethodName == nameof(IServiceGrain.GetUserAsync) && asked.TrySetResult() ? answer.Task : Task.CompletedTask;
        var removal = volume.RemoveAsync(force: false);
        await asked.Task.WaitAsync(Limit.Long);

        // Nobody new can use it meanwhile, and nothing goes on in the background that was not decided.
        (await volume.GetAsync()).ShouldBeNull();
        (await volume.GetSpecAsync()).ShouldNotBeNull("tasks of the service are made from it all the same");
        (await Should.ThrowAsync<ConflictException>(() => volume.ClaimAsync(new("n1")))).Message.ShouldContain("being removed");
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        answer.SetResult();

        (await Should.ThrowAsync<InUseException>(() => removal)).Message.ShouldBe(
            "volume data is in use by service web (task web.1.1); change or remove those first, or remove them with it by --force");
        (await cluster.Service().GetAsync())!.IsRemoving.ShouldBeFalse();
        (await volume.ClaimAsync(new("n1"))).Node.ShouldBe(new NodeId("n1"));
    }

    [Fact]
    public async Task Remove_InUseByAServiceThatDoesNotAnswer_IsRefusedTheNextTimeAndTheServiceStays()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        var volume = await InUseAsync(cluster);
        var left = 1;
        cluster.Faults.Values.Single().AtCall = (_, call, isDone) =>
            !isDone && call.MethodName == nameof(IServiceGrain.GetUserAsync) && Interlocked.Decrement(ref left) >= 0
                ? throw new TimeoutException("no answer")
                : Task.CompletedTask;
        await Should.ThrowAsync<TimeoutException>(() => volume.RemoveAsync(force: false));

        (await Should.ThrowAsync<InUseException>(() => volume.RemoveAsync(force: false))).Message.ShouldContain("service web (task web.1.1)");
        (await cluster.Service().GetAsync())!.IsRemoving.ShouldBeFalse();
        (await volume.GetAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task Remove_ForcedAndAServiceCannotBeTold_GoesOnByItself()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        var volume = await InUseAsync(cluster);
        var isAway = true;
        cluster.Faults.Values.Single().AtCall = (_, call, isDone) =>
            !isDone && isAway && call.MethodName == nameof(IServiceGrain.RemoveAsync) && IsOf("service", call.TargetId)
                ? throw new TimeoutException("no answer")
                : Task.CompletedTask;
        await Should.ThrowAsync<TimeoutException>(() => volume.RemoveAsync(force: true));
        isAway = false;
        await cluster.WhenAsync(status => status is null, what: "its user is gone");
        await cluster.WhenAsync(() => Task.FromResult(!cluster.Store.Rows.ContainsKey("volume/data/volume")), () => "it is gone");
    }

    [Fact]
    public async Task Remove_ForcedAndMadeAgainWhileServicesAreAsked_TheNewOneStays()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        var volume = await InUseAsync(cluster);
        await cluster.Service("other").ApplyAsync(A.Service("other"));
        cluster.Agents[0].Busy = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        await volume.RemoveAsync(force: true);

        // What waits for its last user begins to ask, and has heard that there is none left.
        var (begun, goOn, answered, end) = (Signal(), Signal(), Signal(), Signal());
        cluster.Faults.Values.Single().AtCall = (_, call, isDone) =>
            !IsOf("volume", call.SourceId) ? Task.CompletedTask
            : !isDone && call.MethodName == nameof(IServiceCatalogGrain.ListAsync) && begun.TrySetResult() ? goOn.Task
            : isDone && call.MethodName == nameof(IServiceGrain.GetUserAsync) && begun.Task.IsCompleted && answered.TrySetResult() ? end.Task
            : Task.CompletedTask;
        await begun.Task.WaitAsync(Limit.Long);
        cluster.Agents[0].Busy = Task.CompletedTask;
        await cluster.WhenAsync(status => status is null, what: "its user is gone");
        goOn.SetResult();
        await answered.Task.WaitAsync(Limit.Long);

        await volume.RemoveAsync(force: true);
        await volume.CreateAsync(new() { Name = "data" });
        end.SetResult();

        // It is told by the same work, once that has ended what it was at.
        await cluster.WhenAsync(
            async () => (await cluster.Events.ReadAsync(0, 1_000)).Count(one => one is { Subject.Kind: SubjectKind.Volume, Kind: EventKind.Created }) == 2,
            () => "the log has both volumes");
        (await volume.GetAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task Create_WrongAndDifferent_AreRefused()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1);
        var volume = cluster.Client.GetGrain<IVolumeGrain>("data");
        var wrong = new VolumeSpec { Name = "other", Driver = "zfs" };
        (await Should.ThrowAsync<ValidationException>(() => volume.CreateAsync(wrong))).Problems.Select(problem => problem.Path).ShouldBe(["driver", "name"]);
        await volume.CreateAsync(new() { Name = "data" });
        await volume.CreateAsync(new() { Name = "data" });
        var refusal = await Should.ThrowAsync<ConflictException>(() => volume.CreateAsync(new() { Name = "data", Labels = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("a", "b") }));
        refusal.Message.ShouldContain("with another spec");
    }

    private static async Task<IVolumeGrain> InUseAsync(TestCluster cluster)
    {
        var volume = cluster.Client.GetGrain<IVolumeGrain>("data");
        await volume.CreateAsync(new() { Name = "data" });
        await cluster.Service().ApplyAsync(A.Service().WithVolume("data"));
        await ServiceLifeTests.RunAsync(cluster, 1);
        return volume;
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static bool IsOf(string type, GrainId? grain) => $"{grain}".StartsWith(type + "/", StringComparison.Ordinal);
}
