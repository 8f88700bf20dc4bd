using Warren.ControlPlane.Tests.Testing;
using Warren.Tasks;

namespace Warren.ControlPlane.Tests.Services;

public sealed class ServiceFaultTests
{
    [Fact]
    public async Task Store_Away_CallsFailAndAllIsDoneWhenItIsBack()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2, silos: 1);
        await cluster.Service().ApplyAsync(A.Service(replicas: 2));
        var running = await ServiceLifeTests.RunAsync(cluster, 2);
        cluster.Store.IsAway = true;
        await Should.ThrowAsync<IOException>(() => cluster.Service().ScaleAsync(4));

        // What it could not store it does not show, and what ends meanwhile is not lost.
        (await cluster.Service().GetAsync())!.Revision.Spec.Replicas.ShouldBe(2);
        foreach (var agent in cluster.Agents) agent.See(running.Tasks[0].Id, ScriptedAgent.Seen(TaskState.Failed, exitCode: 1));
        await Should.ThrowAsync<IOException>(() => cluster.Service().RemoveAsync());
        cluster.Store.IsAway = false;
        await cluster.Service().ScaleAsync(3);
        var three = await ServiceLifeTests.RunAsync(cluster, 3);
        three.Tasks.Count(task => task.Observed.State == TaskState.Failed).ShouldBe(1);
    }

    [Fact]
    public async Task Clock_PutForwardAndBack_RestartsNothing()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2, silos: 1);
        await cluster.Service().ApplyAsync(A.Service(replicas: 2));
        var before = await ServiceLifeTests.RunAsync(cluster, 2);
        foreach (var shift in new[] { TimeSpan.FromDays(400), TimeSpan.FromDays(-400), TimeSpan.Zero })
        {
            cluster.Time.Shift = shift;
            await cluster.Service().EnsureAsync();
            await cluster.Service().PauseRolloutAsync("waits for the steps before it");
        }

        var after = await cluster.Service().GetAsync();
        after!.Tasks.Select(task => task.Id).ShouldBe(before.Tasks.Select(task => task.Id));
        cluster.Agents.Sum(agent => agent.Running.Count).ShouldBe(2);
        await cluster.Service().ScaleAsync(3);
        await ServiceLifeTests.RunAsync(cluster, 3);
    }

    [Fact]
    public async Task Silos_AllKilledOneAfterTheOther_ServicesGoOn()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Service().ApplyAsync(A.Service(replicas: 4));
        var before = await ServiceLifeTests.RunAsync(cluster, 4);
        foreach (var silo in cluster.SiloNames)
        {
            await cluster.ReplaceAsync(silo);
            await cluster.WhenAsync(async () => await cluster.Service().GetAsync() is not null, () => "the service answers");
        }

        await cluster.WhenAsync(async () => (await cluster.Service().ScaleAsync(5)).Spec.Replicas == 5, () => "it is scaled");
        var after = await ServiceLifeTests.RunAsync(cluster, 5);
        before.Tasks.Select(task => task.Id).ShouldBeSubsetOf(after.Tasks.Select(task => task.Id));
    }

    [Fact]
    public async Task AtRest_NothingIsWritten()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2, silos: 1);
        for (var i = 0; i < 5; i++) await cluster.Service($"s{i}").ApplyAsync(A.Service($"s{i}", replicas: 2));
        for (var i = 0; i < 5; i++) await ServiceLifeTests.RunAsync(cluster, 2, $"s{i}");

        // Events that were sent when the last step was stored are not stored again for that.
        var last = -1;
        await cluster.WhenAsync(
            () =>
            {
                var isQuiet = cluster.Store.Writes == last;
                last = cluster.Store.Writes;
                return Task.FromResult(isQuiet);
            },
            () => "the last writes are done");
        for (var i = 0; i < 5; i++) await cluster.Service($"s{i}").EnsureAsync();
        for (var i = 0; i < 5; i++) await cluster.Service($"s{i}").PauseRolloutAsync("waits for the steps before it");
        cluster.Store.Writes.ShouldBe(last);
    }
}
