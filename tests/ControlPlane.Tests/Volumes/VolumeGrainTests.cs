using Warren.Containers;
using Warren.ControlPlane.Tests.Testing;
using Warren.Nodes;
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
        var spec = A.Service(replicas: 4);
        await cluster.Service().ApplyAsync(spec with
        {
            Container = spec.Container with { Mounts = [new() { Kind = MountKind.Volume, Source = "data", Target = "/data" }] },
        });
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
}
