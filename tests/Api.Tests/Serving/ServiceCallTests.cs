using Grpc.Core;
using Warren.Api.Tests.Testing;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Serving;

/// <summary>Services through the unix socket of a manager.</summary>
public sealed class ServiceCallTests(ServedManager manager) : IClassFixture<ServedManager>
{
    [Fact]
    public async Task Service_FromCreationToDeletion_ComesAbout()
    {
        var created = await manager.Services.CreateAsync(new() { Spec = Spec("life", replicas: 2) });
        (created.Revision.Version, created.Revision.Spec.Name, created.Progress.Wanted).ShouldBe((1, "life", 2));
        var running = await manager.WhenAsync("life", service => service.Progress.State == Proto.ProgressState.Converged);
        running.Progress.Ready.ShouldBe(2);

        var scaled = await manager.Services.ScaleAsync(new() { Name = "life", Replicas = 3, Options = new() { ExpectedVersion = 1 } });
        scaled.Revision.Version.ShouldBe(2);
        var spec = scaled.Revision.Spec.Clone();
        spec.Container.Env["A"] = "1";
        (await manager.Services.UpdateAsync(new() { Spec = spec })).Revision.TaskVersion.ShouldBe(3);
        await manager.WhenAsync("life", service => service.Progress is { State: Proto.ProgressState.Converged, Updated: 3 });
        (await manager.Services.RestartAsync(new() { Name = "life" })).Revision.TaskVersion.ShouldBe(4);
        await manager.WhenAsync("life", service => service.Progress is { State: Proto.ProgressState.Converged, Updated: 3 });

        var revisions = await manager.Services.ListRevisionsAsync(new() { Name = "life" });
        revisions.Revisions.Select(revision => revision.Version).First().ShouldBe(4);
        revisions.Revisions.Count.ShouldBeGreaterThanOrEqualTo(2);
        var tasks = await manager.Tasks.ListAsync(new() { Service = "life" });
        tasks.Tasks.Count.ShouldBe(3);
        tasks.Tasks.ShouldAllBe(task => task.IsReady && task.NodeName.EndsWith(".example", StringComparison.Ordinal) && task.SpecVersion == 4);
        (await manager.Tasks.GetAsync(new() { Id = tasks.Tasks[0].Id })).ShouldBe(tasks.Tasks[0]);

        await manager.Services.DeleteAsync(new() { Name = "life" });
        await UntilGoneAsync("life");
    }

    [Fact]
    public async Task Events_Followed_SayFromWhereBeforeThereIsOne()
    {
        await manager.Services.CreateAsync(new() { Spec = Spec("begins", replicas: 0) });
        using var limit = new CancellationTokenSource(ControlPlane.Tests.Testing.Limit.Long);
        using var first = manager.Events.Read(new() { Follow = true, Service = "follows" }, cancellationToken: limit.Token);
        var begin = long.Parse((await first.ResponseHeadersAsync).GetValue("warren-cursor")!, System.Globalization.CultureInfo.InvariantCulture);
        begin.ShouldBeGreaterThan(0);
        await manager.Services.CreateAsync(new() { Spec = Spec("follows", replicas: 0) });

        // As whoever was cut off before it saw an event.
        using var second = manager.Events.Read(new() { Follow = true, Service = "follows", Cursor = begin }, cancellationToken: limit.Token);
        (await second.ResponseStream.MoveNext(limit.Token)).ShouldBeTrue();
        (await first.ResponseStream.MoveNext(limit.Token)).ShouldBeTrue();
        second.ResponseStream.Current.ShouldBe(first.ResponseStream.Current);
    }

    [Fact]
    public async Task Create_SpecWithSeveralProblems_NamesAllOfThem()
    {
        var spec = Spec("wrong", replicas: -1);
        spec.Container.Image = "UPPER";
        spec.Mode = (Proto.ServiceMode)9;
        spec.Placement = new() { Constraints = { "node.zone=eu" } };
        var refusal = await Refusal.OfAsync(() => manager.Services.CreateAsync(new() { Spec = spec }));
        (refusal.Code, refusal.Reason).ShouldBe((StatusCode.InvalidArgument, "INVALID"));
        refusal.Violations.Select(violation => violation.Field).Order().ShouldBe(["container.image", "mode", "placement.constraints[0]", "replicas"]);
        refusal.Violations.Single(violation => violation.Field == "replicas").Description.ShouldBe("must be 0 to 100000, was -1");
    }

    [Fact]
    public async Task Create_NameThatIsThere_IsRefused()
    {
        await manager.Services.CreateAsync(new() { Spec = Spec("twice") });
        var refusal = await Refusal.OfAsync(() => manager.Services.CreateAsync(new() { Spec = Spec("twice") }));
        (refusal.Code, refusal.Reason).ShouldBe((StatusCode.AlreadyExists, "ALREADY_EXISTS"));
        refusal.Message.ShouldContain("there is a service twice already, at version 1");
    }

    [Fact]
    public async Task Create_SentAgainUnderItsKey_IsAnsweredAlike()
    {
        Proto.CreateServiceRequest request = new() { Spec = Spec("keyed"), Options = new() { IdempotencyKey = "create-keyed" } };
        var first = await manager.Services.CreateAsync(request);
        (await manager.Services.CreateAsync(request.Clone())).ShouldBe(first);

        // As a manager does that did not take the first one: another key for the same content stands for a restart.
        request.Options.IdempotencyKey = "create-keyed-elsewhere";
        (await manager.Services.CreateAsync(request)).Revision.Version.ShouldBe(1);
        request = new() { Spec = Spec("keyed", replicas: 5), Options = new() { IdempotencyKey = "create-keyed-otherwise" } };
        (await Refusal.OfAsync(() => manager.Services.CreateAsync(request))).Code.ShouldBe(StatusCode.AlreadyExists);
        request.Options.IdempotencyKey = "create-keyed";
        (await Refusal.OfAsync(() => manager.Services.CreateAsync(request))).Violations.ShouldHaveSingleItem().Field.ShouldBe("options.idempotencyKey");
    }

    [Fact]
    public async Task Writes_ForAnotherVersion_AreAborted()
    {
        await manager.Services.CreateAsync(new() { Spec = Spec("versioned") });
        var stale = new Proto.WriteOptions { ExpectedVersion = 7 };
        foreach (var call in new Func<AsyncUnaryCall<Proto.Service>>[]
        {
            () => manager.Services.UpdateAsync(new() { Spec = Spec("versioned", 2), Options = stale }),
            () => manager.Services.ScaleAsync(new() { Name = "versioned", Replicas = 2, Options = stale }),
            () => manager.Services.RestartAsync(new() { Name = "versioned", Options = stale }),
            () => manager.Services.PauseRolloutAsync(new() { Name = "versioned", Options = stale }),
            () => manager.Services.ResumeRolloutAsync(new() { Name = "versioned", Options = stale }),
        })
        {
            var refusal = await Refusal.OfAsync(call);
            (refusal.Code, refusal.Reason).ShouldBe((StatusCode.Aborted, "VERSION_CONFLICT"));
        }

        (await Refusal.OfAsync(() => manager.Services.DeleteAsync(new() { Name = "versioned", Options = stale }))).Code.ShouldBe(StatusCode.Aborted);
        (await Refusal.OfAsync(() => manager.Services.CreateAsync(new() { Spec = Spec("fresh"), Options = stale }))).Violations
            .ShouldHaveSingleItem().Field.ShouldBe("options.expectedVersion");
    }

    [Fact]
    public async Task Calls_AboutAServiceThatIsNotThere_SayNotFound()
    {
        const string Name = "nothing";
        foreach (var call in new Func<Task>[]
        {
            async () => await manager.Services.GetAsync(new() { Name = Name }),
            async () => await manager.Services.UpdateAsync(new() { Spec = Spec(Name) }),
            async () => await manager.Services.ScaleAsync(new() { Name = Name, Replicas = 1 }),
            async () => await manager.Services.RestartAsync(new() { Name = Name }),
            async () => await manager.Services.RunAsync(new() { Name = Name }),
            async () => await manager.Services.PauseRolloutAsync(new() { Name = Name }),
            async () => await manager.Services.ResumeRolloutAsync(new() { Name = Name }),
            async () => await manager.Services.ListRevisionsAsync(new() { Name = Name }),
            async () => await manager.Services.DeleteAsync(new() { Name = Name }),
            async () => await manager.Tasks.ListAsync(new() { Service = Name }),
            async () => await manager.Tasks.GetAsync(new() { Id = "nothing.1.1" }),
        })
        {
            var refusal = await Refusal.OfAsync(call);
            (refusal.Code, refusal.Reason).ShouldBe((StatusCode.NotFound, "NOT_FOUND"));
            refusal.Message.ShouldContain(Name);
        }
    }

    [Fact]
    public async Task List_ByLabelAndPage_HasEachOnce()
    {
        for (var i = 0; i < 5; i++)
        {
            var spec = Spec($"listed{i}", replicas: 2);
            spec.Labels["list"] = i % 2 == 0 ? "even" : "odd";
            await manager.Services.CreateAsync(new() { Spec = spec });
        }

        var names = new List<string>();
        Proto.ListServicesRequest request = new() { LabelSelector = "list=even", Page = new() { Size = 2 } };
        do
        {
            var page = await manager.Services.ListAsync(request);
            page.Services.Count.ShouldBeLessThanOrEqualTo(2);
            names.AddRange(page.Services.Select(service => service.Revision.Spec.Name));
            request.Page.Token = page.NextPageToken;
        }
        while (request.Page.Token.Length > 0);
        names.ShouldBe(["listed0", "listed2", "listed4"]);

        for (var i = 0; i < 5; i++) await manager.WhenAsync($"listed{i}", service => service.Progress.Ready == 2);
        var tasks = new List<string>();
        Proto.ListTasksRequest asked = new() { LabelSelector = "list", Page = new() { Size = 3 } };
        do
        {
            var page = await manager.Tasks.ListAsync(asked);
            tasks.AddRange(page.Tasks.Select(task => task.Id));
            asked.Page.Token = page.NextPageToken;
        }
        while (asked.Page.Token.Length > 0);
        tasks.Count.ShouldBe(10);
        tasks.ShouldBeUnique();
        (await Refusal.OfAsync(() => manager.Services.ListAsync(new() { Page = new() { Size = -1 } }))).Violations.ShouldHaveSingleItem().Field.ShouldBe("page.size");
        (await Refusal.OfAsync(() => manager.Tasks.ListAsync(new() { Page = new() { Token = "x" } }))).Violations.ShouldHaveSingleItem().Field.ShouldBe("page.token");
    }

    [Fact]
    public async Task Run_OfAJob_IsMadeOncePerKey()
    {
        var spec = Spec("job");
        (spec.Mode, spec.Update, spec.Job) = (Proto.ServiceMode.Job, null, new());
        spec.ClearReplicas();
        await manager.Services.CreateAsync(new() { Spec = spec });
        (await Refusal.OfAsync(() => manager.Services.RestartAsync(new() { Name = "job" }))).Code.ShouldBe(StatusCode.FailedPrecondition);
        Proto.RunServiceRequest run = new() { Name = "job", Options = new() { IdempotencyKey = "run-1" } };
        await manager.Services.RunAsync(run);
        await manager.Services.RunAsync(run);
        await manager.Services.CreateAsync(new() { Spec = Spec("no-job") });
        (await Refusal.OfAsync(() => manager.Services.RunAsync(new() { Name = "no-job" }))).Message.ShouldContain("only jobs and cron jobs have runs");
    }

    private static Proto.ServiceSpec Spec(string name, int replicas = 1) => new()
    {
        Name = name,
        Replicas = replicas,
        Container = new() { Image = "registry.invalid/web:1" },
        Update = new() { Monitor = new() },
    };

    private async Task UntilGoneAsync(string name)
    {
        using var limit = new CancellationTokenSource(ControlPlane.Tests.Testing.Limit.Long);
        using var events = manager.Events.Read(new() { Cursor = 0, Follow = true, Service = name, SubjectKinds = { Proto.SubjectKind.Service } }, cancellationToken: limit.Token);
        while (await events.ResponseStream.MoveNext(limit.Token))
        {
            if (events.ResponseStream.Current.Kind == Proto.EventKind.Removed) break;
        }

        (await Refusal.OfAsync(() => manager.Services.GetAsync(new() { Name = name }))).Code.ShouldBe(StatusCode.NotFound);
    }
}
