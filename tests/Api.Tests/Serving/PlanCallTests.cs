using Google.Protobuf;
using Grpc.Core;
using Warren.Api.Tests.Testing;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Serving;

/// <summary>Plans through the unix socket of a manager.</summary>
public sealed class PlanCallTests(ServedManager manager) : IClassFixture<ServedManager>
{
    [Fact]
    public async Task Plan_OfWhatIsNotThere_CreatesItInOrderAndPlacesItsTasks()
    {
        var service = Spec("plan-new", replicas: 2);
        service.Configs.Add(new Proto.ConfigReference { Config = "plan-new" });
        var answer = await manager.Plans.PlanAsync(new()
        {
            Resources = { new Proto.Resource { Service = service }, new Proto.Resource { Config = Config("plan-new", "text") } },
        });
        answer.Resources.Select(plan => (plan.Kind, plan.Change, plan.Index)).ShouldBe(
        [
            (Proto.ResourceKind.Config, Proto.ChangeKind.Create, 1), (Proto.ResourceKind.Service, Proto.ChangeKind.Create, 0),
        ]);
        var plan = answer.Resources[1];
        plan.Problems.ShouldBeEmpty();
        plan.Changes.Select(change => $"{change.Field}: {change.Before} -> {change.After}").ShouldBe(
        [
            "container.image:  -> registry.invalid/web:1", "replicas:  -> 2", "update.monitor: 5s -> 0s",
            "configs[0]:  -> {config: plan-new, mode: 0444, onChange: keep}",
        ]);
        plan.Tasks.Select(task => task.PlacedOn).Order().ShouldBe(["n1.example", "n2.example"]);
        (await Refusal.OfAsync(() => manager.Services.GetAsync(new() { Name = "plan-new" }))).Code.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task Plan_OfWhatIsThere_ChangesNothingAndKeepsEveryTask()
    {
        var service = Spec("plan-same", replicas: 2);
        await manager.Configs.CreateAsync(new() { Spec = Config("plan-same", "text") });
        service.Configs.Add(new Proto.ConfigReference { Config = "plan-same" });
        await manager.Services.CreateAsync(new() { Spec = service });
        await manager.WhenAsync("plan-same", there => there.Progress.State == Proto.ProgressState.Converged);
        var answer = await manager.Plans.PlanAsync(new()
        {
            Resources = { new Proto.Resource { Service = service }, new Proto.Resource { Config = Config("plan-same", "text") } },
        });
        answer.Resources.ShouldAllBe(plan => plan.Change == Proto.ChangeKind.None && plan.Changes.Count == 0 && plan.Version == 1);
        answer.Resources[1].Tasks.ShouldAllBe(task => task.Fate == Proto.TaskFate.Keep && task.HasTask && task.HasNodeName);
        answer.Resources[1].Tasks.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Plan_OfChanges_SaysWhichFieldsAndTasks()
    {
        await manager.Services.CreateAsync(new() { Spec = Spec("plan-changed", replicas: 3) });
        await manager.WhenAsync("plan-changed", there => there.Progress.State == Proto.ProgressState.Converged);
        var scaled = await PlanAsync(Spec("plan-changed", replicas: 2));
        scaled.Changes.ShouldHaveSingleItem().ShouldBe(new() { Field = "replicas", Before = "3", After = "2" });
        scaled.Tasks.Select(task => task.Fate).Order().ShouldBe([Proto.TaskFate.Keep, Proto.TaskFate.Keep, Proto.TaskFate.Stop]);

        var other = Spec("plan-changed", replicas: 3);
        other.Container.Env["A"] = "1";
        other.Container.StopGracePeriod = new() { Seconds = 90 };
        var replaced = await PlanAsync(other);
        replaced.Changes.ShouldBe(
        [
            new Proto.FieldChange { Field = "container.env[A]", After = "1" }, new Proto.FieldChange { Field = "container.stopGracePeriod", Before = "10s", After = "1m30s" },
        ]);
        replaced.Tasks.ShouldAllBe(task => task.Fate == Proto.TaskFate.Replace && task.HasPlacedOn);

        var nowhere = Spec("plan-changed", replicas: 4);
        nowhere.Container.Resources = new() { MemoryReservation = 1L << 50 };
        (await PlanAsync(nowhere)).Tasks.ShouldAllBe(task => !task.HasPlacedOn && task.Reason.Contains("no suitable node", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plan_OfWrongResources_NamesAllThatIsWrongWithEach()
    {
        var service = Spec("plan-wrong", replicas: -1);
        service.Secrets.Add(new Proto.SecretReference { Secret = "not-there" });
        service.Container.Mounts.Add(new Proto.MountSpec { Kind = Proto.MountKind.Volume, Source = "nor-this", Target = "/data" });
        var answer = await manager.Plans.PlanAsync(new()
        {
            Resources =
            {
                new Proto.Resource { Service = service },
                new Proto.Resource { Service = Spec("plan-wrong") },
                new Proto.Resource { Secret = new() { Name = "UPPER CASE" } },
                new Proto.Resource { Volume = new() { Name = "plan-wrong", Driver = "floppy" } },
            },
        });
        answer.Resources.OrderBy(plan => plan.Index).Select(plan => string.Join(", ", plan.Problems.Select(problem => problem.Field).Order())).ShouldBe(
        [
            "container.mounts[0].source, replicas, secrets[0].secret", "name", "name, value", "driver",
        ]);
        answer.Resources.ShouldAllBe(plan => plan.Change == Proto.ChangeKind.Refused);
        answer.Resources.SelectMany(plan => plan.Problems).ShouldContain(problem => problem.Description.Contains("'not-there'", StringComparison.Ordinal));

        var refusal = await Refusal.OfAsync(() => manager.Plans.PlanAsync(new() { Resources = { new Proto.Resource() }, PruneSelector = "ok" }));
        refusal.Violations.ShouldHaveSingleItem().Field.ShouldBe("resources[0]");
    }

    [Fact]
    public async Task Plan_OfAnotherSecret_ReplacesTasksOfServicesThatRollOnIt_AndShowsNoValue()
    {
        Proto.SecretSpec secret = new() { Name = "plan-rolled", Value = ByteString.CopyFromUtf8("old-value") };
        await manager.Secrets.CreateAsync(new() { Spec = secret });
        var service = Spec("plan-rolled");
        service.Secrets.Add(new Proto.SecretReference { Secret = "plan-rolled", OnChange = Proto.ReferencePolicy.Rollout });
        await manager.Services.CreateAsync(new() { Spec = service });
        await manager.WhenAsync("plan-rolled", there => there.Progress.State == Proto.ProgressState.Converged);
        secret.Value = ByteString.CopyFromUtf8("new-value");
        foreach (var isGiven in new[] { true, false })
        {
            Proto.PlanRequest request = new() { Resources = { new Proto.Resource { Secret = secret } } };
            if (isGiven) request.Resources.Add(new Proto.Resource { Service = service });
            var answer = await manager.Plans.PlanAsync(request);
            answer.Resources[0].Change.ShouldBe(Proto.ChangeKind.Update);
            (answer.Resources[1].Name, answer.Resources[1].Change, answer.Resources[1].HasIndex).ShouldBe(("plan-rolled", Proto.ChangeKind.None, isGiven));
            answer.Resources[1].Tasks.ShouldHaveSingleItem().Fate.ShouldBe(Proto.TaskFate.Replace);
            answer.ToString().ShouldNotContain("-value");
        }
    }

    [Fact]
    public async Task Plan_WithPruning_RemovesWhatIsNotGivenAndNotUsed()
    {
        foreach (var name in new[] { "plan-kept", "plan-pruned" })
        {
            var spec = Spec(name, replicas: 0);
            spec.Labels["plan"] = "prune";
            await manager.Services.CreateAsync(new() { Spec = spec });
        }

        var config = Config("plan-used", "text");
        config.Labels["plan"] = "prune";
        await manager.Configs.CreateAsync(new() { Spec = config });
        var user = Spec("plan-user", replicas: 0);
        user.Configs.Add(new Proto.ConfigReference { Config = "plan-used" });
        await manager.Services.CreateAsync(new() { Spec = user });

        var kept = Spec("plan-kept", replicas: 0);
        kept.Labels["plan"] = "prune";
        var answer = await manager.Plans.PlanAsync(new() { Resources = { new Proto.Resource { Service = kept } }, PruneSelector = "plan=prune" });
        answer.Resources.Select(plan => (plan.Name, plan.Change)).ShouldBe(
        [
            ("plan-kept", Proto.ChangeKind.None), ("plan-pruned", Proto.ChangeKind.Delete), ("plan-used", Proto.ChangeKind.Refused),
        ]);
        answer.Resources[2].Problems.ShouldHaveSingleItem().Description.ShouldContain("service plan-user");
        var removal = await manager.Plans.PlanAsync(new() { Removals = { new Proto.ResourceName { Kind = Proto.ResourceKind.Service, Name = "nothing" } } });
        removal.Resources.ShouldBeEmpty();
    }

    private static Proto.ConfigSpec Config(string name, string text) => new() { Name = name, Content = ByteString.CopyFromUtf8(text) };

    private static Proto.ServiceSpec Spec(string name, int replicas = 1) => new()
    {
        Name = name,
        Replicas = replicas,
        Container = new() { Image = "registry.invalid/web:1" },
        Update = new() { Monitor = new() },
    };

    private async Task<Proto.ResourcePlan> PlanAsync(Proto.ServiceSpec spec) =>
        (await manager.Plans.PlanAsync(new() { Resources = { new Proto.Resource { Service = spec } } })).Resources.ShouldHaveSingleItem();
}
