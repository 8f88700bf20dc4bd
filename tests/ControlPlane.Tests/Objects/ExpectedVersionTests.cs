using System.Collections.Immutable;
using Warren.Configs;
using Warren.ControlPlane.Tests.Services;
using Warren.ControlPlane.Tests.Testing;
using Warren.Nodes;
using Warren.Secrets;
using Warren.Services;
using Warren.Tasks;
using Warren.Volumes;

namespace Warren.ControlPlane.Tests.Objects;

/// <summary>Who writes upon a version that is no longer the current one is refused, whatever the kind of object.</summary>
public sealed class ExpectedVersionTests(CalmCluster calm) : IClassFixture<CalmCluster>
{
    private static readonly ImmutableSortedDictionary<string, string> s_labels =
        ImmutableSortedDictionary<string, string>.Empty.Add("tier", "gold");

    private readonly TestCluster _cluster = calm.Cluster;

    [Fact]
    public async Task Service_OtherVersion_IsRefusedByEveryWrite()
    {
        var service = _cluster.Service("versioned");
        await service.ApplyAsync(A.Service("versioned"), expectedVersion: 0);
        (await Refusal(() => service.ApplyAsync(A.Service("versioned"), expectedVersion: 0))).ShouldContain("there is a service versioned already");
        (await service.ScaleAsync(2, expectedVersion: 1)).Version.ShouldBe(2);
        (await Refusal(() => service.ScaleAsync(3, expectedVersion: 1))).ShouldContain("at version 2, not at 1");
        await Refusal(() => service.RestartAsync(expectedVersion: 1));
        await Refusal(() => service.RemoveAsync(expectedVersion: 1));
        (await service.GetAsync())!.Revision.Version.ShouldBe(2);
        (await service.GetRevisionsAsync()).Select(revision => revision.Version).ShouldBe([1, 2]);
        await service.RemoveAsync(expectedVersion: 2);
    }

    [Fact]
    public async Task Restart_RunningService_ReplacesEveryTaskAndKeepsTheSpec()
    {
        var service = _cluster.Service("again");
        var spec = A.Service("again", replicas: 2);
        await service.ApplyAsync(spec with { Update = spec.Update with { Monitor = TimeSpan.Zero } });
        await ServiceLifeTests.RunAsync(_cluster, 2, "again");

        var revision = await service.RestartAsync(expectedVersion: 1);

        (revision.Version, revision.TaskVersion).ShouldBe((2, 2));
        ServiceSpecChange.Between(revision.Spec, (await service.GetRevisionsAsync())[0].Spec).IsNone.ShouldBeTrue();
        await _cluster.WhenAsync(
            status => status!.Tasks.Count(task => task.SpecVersion == 2 && task.Observed.IsReady()) == 2
                && status.Tasks.All(task => task.SpecVersion == 2 || task.Observed.State.IsFinal),
            "again");
    }

    [Fact]
    public async Task Restart_Job_IsRefused()
    {
        var service = _cluster.Service("once");
        await service.ApplyAsync(new() { Name = new("once"), Mode = ServiceMode.Job, Container = A.Service().Container });
        (await Should.ThrowAsync<ConflictException>(() => service.RestartAsync())).Message.ShouldContain("begin a run of it");
        await Should.ThrowAsync<NotFoundException>(() => _cluster.Service("nothing").RestartAsync());
    }

    [Fact]
    public async Task Secret_OtherVersion_IsRefusedAndLabelsAreNoVersion()
    {
        var secret = _cluster.Client.GetGrain<ISecretGrain>("versioned");
        SecretSpec spec = new() { Name = new("versioned"), Value = "one"u8.ToArray() };
        await Should.ThrowAsync<NotFoundException>(() => secret.LabelAsync(s_labels));
        await secret.ApplyAsync(spec, expectedVersion: 0);
        (await Refusal(() => secret.ApplyAsync(spec, expectedVersion: 0))).ShouldContain("there is a secret versioned already");
        (await secret.ApplyAsync(spec with { Value = "two"u8.ToArray() }, expectedVersion: 1)).Version.ShouldBe(2);
        await Refusal(() => secret.LabelAsync(s_labels, expectedVersion: 1));
        var labelled = await secret.LabelAsync(s_labels, expectedVersion: 2);
        (labelled.Version, labelled.Labels["tier"]).ShouldBe((2, "gold"));
        (await secret.ReadAsync())!.Value.ToArray().ShouldBe("two"u8.ToArray());
        await Refusal(() => secret.RemoveAsync(force: false, expectedVersion: 1));
        await secret.RemoveAsync(force: false, expectedVersion: 2);
        (await secret.GetAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Config_OtherVersion_IsRefusedAndLabelsAreNoVersion()
    {
        var config = _cluster.Client.GetGrain<IConfigGrain>("versioned");
        ConfigSpec spec = new() { Name = new("versioned"), Content = "one"u8.ToArray() };
        await config.ApplyAsync(spec, expectedVersion: 0);
        await Refusal(() => config.ApplyAsync(spec, expectedVersion: 7));
        await Refusal(() => config.LabelAsync(s_labels, expectedVersion: 7));
        var labelled = await config.LabelAsync(s_labels, expectedVersion: 1);
        (labelled.Version, labelled.Spec.Labels["tier"]).ShouldBe((1, "gold"));
        (await config.ReadContentAsync())!.Content.ToArray().ShouldBe("one"u8.ToArray());
        var wrong = s_labels.Add("warren.own", "");
        (await Should.ThrowAsync<ValidationException>(() => config.LabelAsync(wrong))).Problems.ShouldHaveSingleItem().Path.ShouldBe("labels[warren.own]");
        await Refusal(() => config.RemoveAsync(force: true, expectedVersion: 7));
    }

    [Fact]
    public async Task Volume_OtherLabels_IsAnotherVersionWithTheSameFiles()
    {
        var volume = _cluster.Client.GetGrain<IVolumeGrain>("versioned");
        await Should.ThrowAsync<NotFoundException>(() => volume.LabelAsync(s_labels));
        (await volume.CreateAsync(new() { Name = "versioned" })).Version.ShouldBe(1);
        await volume.ClaimAsync(new("n1"));
        var labelled = await volume.LabelAsync(s_labels, expectedVersion: 1);
        (labelled.Version, labelled.Spec.Labels["tier"], labelled.Node).ShouldBe((2, "gold", new NodeId("n1")));
        (await volume.LabelAsync(s_labels)).Version.ShouldBe(2);
        await Refusal(() => volume.LabelAsync(s_labels, expectedVersion: 1));
        await Refusal(() => volume.RemoveAsync(force: false, expectedVersion: 1));
        await volume.RemoveAsync(force: false, expectedVersion: 2);
    }

    [Fact]
    public async Task Node_OtherVersion_IsRefused()
    {
        var node = _cluster.Node("n2");
        var before = (await node.GetAsync())!;
        var changed = await node.UpdateAsync(before.Spec with { Labels = s_labels }, before.SpecVersion);
        changed.SpecVersion.ShouldBe(before.SpecVersion + 1);
        await Refusal(() => node.UpdateAsync(before.Spec, before.SpecVersion));
        await Refusal(() => node.RemoveAsync(force: true, before.SpecVersion));
        (await node.GetAsync())!.Spec.Labels["tier"].ShouldBe("gold");
    }

    private static async Task<string> Refusal(Func<Task> write)
    {
        var refusal = await Should.ThrowAsync<ConflictException>(write);
        refusal.IsVersion.ShouldBeTrue();
        return refusal.Message;
    }
}
