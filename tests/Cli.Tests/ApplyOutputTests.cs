using Warren.Cli.Tests.Testing;
using Warren.TestSupport;
using Warren.V1;

namespace Warren.Cli.Tests;

/// <summary>What <c>plan</c> and <c>apply</c> show and send, against golden files.</summary>
public sealed class ApplyOutputTests : IAsyncLifetime
{
    private const string Files = """
        apiVersion: warren/v1
        kind: Service
        name: web
        replicas: 3
        container:
          image: nginx:1.28
        ---
        apiVersion: warren/v1
        kind: Secret
        name: key
        value: hidden
        """;

    private readonly TempFolder _folder = TempFolder.Create("apply");
    private ScriptedManager _manager = null!;

    private string FileName => _folder.File("app.yaml");

    public async System.Threading.Tasks.Task InitializeAsync()
    {
        _manager = await ScriptedManager.StartAsync();
        await File.WriteAllTextAsync(FileName, Files);
        _manager.Plan = new()
        {
            Resources =
            {
                new ResourcePlan
                {
                    Kind = ResourceKind.Secret, Name = "key", Index = 1, Version = 2, Change = ChangeKind.Update,
                    Changes = { Change("labels[a]", null, "1") },
                },
                new ResourcePlan
                {
                    Kind = ResourceKind.Service, Name = "web", Index = 0, Version = 4, Change = ChangeKind.Update,
                    Changes =
                    {
                        Change("container.image", "nginx:1.27", "nginx:1.28"),
                        Change("container.env[TEXT]", "one\ntwo", null),
                        Change("container.args", "[]", "[/bin/sh, -c, while true; do echo a text that is longer than the terminal; done]"),
                        Change("replicas", "4", "3"),
                    },
                    Tasks =
                    {
                        Fate(TaskFate.Keep, "1", "web.1.1", "node1", null, ""),
                        Fate(TaskFate.Replace, "2", "web.2.2", "node1", "node2", "its version is replaced"),
                        Fate(TaskFate.Create, "3", null, null, null, "no suitable node: 2 drained"),
                        Fate(TaskFate.Stop, "4", "web.4.4", "node2", null, "scaled down from 4 to 3"),
                    },
                },
                new ResourcePlan { Kind = ResourceKind.Service, Name = "same", Version = 1, Change = ChangeKind.None },
                new ResourcePlan { Kind = ResourceKind.Config, Name = "old", Version = 1, Change = ChangeKind.Delete },
            },
        };
    }

    public async System.Threading.Tasks.Task DisposeAsync()
    {
        await _manager.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async System.Threading.Tasks.Task Plan_OfChanges_ShowsFieldsAndTasks() => (await _manager.RunAsync("plan", "-f", FileName)).ShouldBeGolden("plan");

    [Fact]
    public async System.Threading.Tasks.Task Plan_AsJson_HasEachResource()
    {
        var outcome = await _manager.RunAsync("plan", "-f", FileName, "--prune", "team=a", "-o", "json");
        using var json = System.Text.Json.JsonDocument.Parse(outcome.Out);
        json.RootElement.GetArrayLength().ShouldBe(4);
        var request = _manager.Asked.OfType<PlanRequest>().ShouldHaveSingleItem();
        (request.Resources.Count, request.PruneSelector).ShouldBe((2, "team=a"));
    }

    [Fact]
    public async System.Threading.Tasks.Task Plan_RefusedFields_AreShownWithTheirLines()
    {
        _manager.Plan.Resources[1].Problems.Add(new PlanProblem { Field = "container.image", Description = "must be an image reference" });
        _manager.Plan.Resources[0].Problems.Add(new PlanProblem { Field = "name", Description = "must be another" });
        await File.WriteAllTextAsync(FileName, Files.Replace("replicas: 3", "replicaz: 3", StringComparison.Ordinal));
        var outcome = await _manager.RunAsync("apply", "-f", FileName);
        (outcome with { Error = outcome.Error.Replace(FileName, "app.yaml", StringComparison.Ordinal) }).ShouldBeGolden("plan-refused");
        _manager.Asked.OfType<UpdateServiceRequest>().ShouldBeEmpty();
    }

    [Fact]
    public async System.Threading.Tasks.Task Plan_WrongFileWithoutAManager_IsTold()
    {
        await File.WriteAllTextAsync(FileName, "apiVersion: warren/v1\nkind: Volume\nname: a\ndirver: b");
        var outcome = await Outcome.OfAsync("--host", "/run/warren-is-not-here.sock", "plan", "-f", FileName);
        (outcome.Code, outcome.Error).ShouldBe((2, $"Error: there is a problem, and nothing was changed:\n  {FileName}:4: dirver: is no field here; did you mean 'driver'?\n  change what is named, and try again\n"));
    }

    [Fact]
    public async System.Threading.Tasks.Task Apply_OfChanges_SendsWhatChangesWithTheVersionThatWasLookedAt()
    {
        var outcome = await _manager.RunAsync("apply", "-d", "-f", _folder.Path);
        outcome.ShouldBeGolden("apply");
        var service = _manager.Asked.OfType<UpdateServiceRequest>().ShouldHaveSingleItem();
        (service.Options.ExpectedVersion, service.Spec.Container.Image, service.Options.IdempotencyKey.Length).ShouldBe((4, "nginx:1.28", 32));

        // Other labels alone are no other value.
        var secret = _manager.Asked.OfType<UpdateSecretRequest>().ShouldHaveSingleItem();
        (secret.Options.ExpectedVersion, secret.Spec.HasValue).ShouldBe((2, false));
        _manager.Asked.OfType<DeleteConfigRequest>().ShouldHaveSingleItem().Options.ExpectedVersion.ShouldBe(1);
    }

    [Fact]
    public async System.Threading.Tasks.Task Apply_VersionMadeByASecret_IsTriedAgainAndOneMadeBySomeoneIsNot()
    {
        _manager.Plan.Resources.RemoveAt(3);
        _manager.StaleWrites = 1;
        (await _manager.RunAsync("apply", "-d", "-q", "-f", FileName)).Code.ShouldBe(0);
        _manager.Asked.OfType<UpdateServiceRequest>().Count().ShouldBe(2);

        _manager.StaleWrites = 1;
        _manager.OnStaleWrite = () => _manager.Plan.Resources[1].Changes.RemoveAt(0);
        var outcome = await _manager.RunAsync("apply", "-d", "-q", "-f", FileName);
        (outcome.Code, outcome.Error).ShouldBe(
            (6, "Error: service web was changed by someone else since the plan was made\n  look at the new plan by 'warren plan', and apply again\n"));
    }

    [Fact]
    public async System.Threading.Tasks.Task Apply_NothingToDo_SaysSoAndWritesNothing()
    {
        _manager.Plan = new() { Resources = { new ResourcePlan { Kind = ResourceKind.Service, Name = "web", Index = 0, Change = ChangeKind.None } } };
        var outcome = await _manager.RunAsync("apply", "-f", FileName);
        (outcome.Code, outcome.Out).ShouldBe((0, "nothing to do: 1 unchanged\n"));
        _manager.Asked.ShouldAllBe(request => request is PlanRequest);
    }

    [Fact]
    public async System.Threading.Tasks.Task Delete_OfAFile_AsksForKindsAndNamesAlone()
    {
        await File.WriteAllTextAsync(FileName, "apiVersion: warren/v1\nkind: CronJob\nname: tick\nwrong: field");
        _manager.Plan = new();
        (await _manager.RunAsync("delete", "-f", FileName)).Out.ShouldBe("nothing to do: 0 unchanged\n");
        _manager.Asked.OfType<PlanRequest>().Single().Removals.ShouldHaveSingleItem().ShouldBe(new() { Kind = ResourceKind.Service, Name = "tick" });
        await File.WriteAllTextAsync(FileName, "apiVersion: warren/v1\nkind: CronJob\nname: [tick");
        (await _manager.RunAsync("delete", "-f", FileName)).Code.ShouldBe(2);
    }

    [Theory]
    [InlineData("not-there.yaml")]
    [InlineData("")]
    public async System.Threading.Tasks.Task Apply_NoFile_IsRefused(string name)
    {
        File.Delete(FileName);
        var outcome = await _manager.RunAsync("apply", "-f", _folder.File(name));
        outcome.Code.ShouldBe(2);
        outcome.Error.ShouldContain(name.Length == 0 ? "there are no files *.yaml or *.yml" : "not-there.yaml");
    }

    private static FieldChange Change(string field, string? before, string? after)
    {
        var change = new FieldChange { Field = field };
        if (before is not null) change.Before = before;
        if (after is not null) change.After = after;
        return change;
    }

    private static TaskForecast Fate(TaskFate fate, string slot, string? task, string? node, string? place, string reason)
    {
        var forecast = new TaskForecast { Fate = fate, Slot = slot, Reason = reason };
        if (task is not null) forecast.Task = task;
        if (node is not null) forecast.NodeName = node;
        if (place is not null) forecast.PlacedOn = place;
        return forecast;
    }
}
