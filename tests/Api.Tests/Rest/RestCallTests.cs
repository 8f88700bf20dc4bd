using System.Text;
using System.Text.Json.Nodes;
using Warren.Api.Tests.Testing;
using Warren.ControlPlane.Tests.Testing;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Rest;

/// <summary>The API as REST, over real HTTP.</summary>
public sealed class RestCallTests(ServedManager manager) : IClassFixture<ServedManager>, IAsyncLifetime
{
    private HttpClient _admin = null!;

    public async Task InitializeAsync() => _admin = manager.Rest(await manager.TokenAsync(Proto.ApiRole.Admin));

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Service_FromCreationToDeletion_IsThatOfGrpc()
    {
        var made = await SendAsync("POST", "/v1/services", Spec("life", 2));
        (made.Status, made.Headers["ETag"], made.Body!["revision"]!["version"]!.GetValue<string>()).ShouldBe((201, "\"1\"", "1"));
        await manager.WhenAsync("life", service => service.Progress.State == Proto.ProgressState.Converged);

        var scaled = await SendAsync("POST", "/v1/services/life/scale", new { replicas = 3 }, ("If-Match", "\"1\""));
        (scaled.Status, scaled.Headers["ETag"]).ShouldBe((200, "\"2\""));
        (await SendAsync("POST", "/v1/services/life/scale", new { replicas = 4 }, ("If-Match", "\"1\""))).Status.ShouldBe(412);
        var spec = scaled.Body!["revision"]!["spec"]!.DeepClone();
        spec["labels"] = new JsonObject { ["a"] = "1" };
        (await SendAsync("PUT", "/v1/services/life", spec)).Headers["ETag"].ShouldBe("\"3\"");
        (await SendAsync("POST", "/v1/services/life/restart")).Status.ShouldBe(200);
        (await SendAsync("GET", "/v1/services/life/revisions")).Body!["revisions"]!.AsArray().Count.ShouldBeGreaterThan(2);
        (await manager.Services.GetAsync(new() { Name = "life" })).Revision.Spec.Labels["a"].ShouldBe("1");

        (await SendAsync("GET", "/v1/services?labelSelector=a=1")).Body!["services"]!.AsArray().Select(service => service!["revision"]!["spec"]!["name"]!.GetValue<string>()).ShouldBe(["life"]);
        await manager.WhenAsync("life", service => service.Progress is { State: Proto.ProgressState.Converged, Updated: 3 });
        var tasks = (await SendAsync("GET", "/v1/tasks?service=life&page.size=2")).Body!;
        tasks["tasks"]!.AsArray().Count.ShouldBe(2);
        var next = (await SendAsync("GET", $"/v1/tasks?service=life&page.size=2&page.token={tasks["nextPageToken"]}")).Body!;
        next["tasks"]!.AsArray().Count.ShouldBe(1);
        var id = next["tasks"]![0]!["id"]!.GetValue<string>();
        (await SendAsync("GET", $"/v1/tasks/{id}")).Body!["id"]!.GetValue<string>().ShouldBe(id);

        (await SendAsync("DELETE", "/v1/services/life")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Objects_FromCreationToDeletion_AreThoseOfGrpc()
    {
        foreach (var (path, field) in new[] { ("secrets", "value"), ("configs", "content") })
        {
            (await SendAsync("POST", $"/v1/{path}", new JsonObject { ["name"] = "rest", [field] = Convert.ToBase64String("one"u8) })).Status.ShouldBe(201);
            var changed = await SendAsync("PUT", $"/v1/{path}/rest", new JsonObject { [field] = Convert.ToBase64String("two"u8) });
            (changed.Status, changed.Headers["ETag"]).ShouldBe((200, "\"2\""));
            (await SendAsync("GET", $"/v1/{path}")).Body![path]!.AsArray().Count.ShouldBeGreaterThan(0);
            (await SendAsync("DELETE", $"/v1/{path}/rest")).Status.ShouldBe(200);
            (await SendAsync("GET", $"/v1/{path}/rest")).Status.ShouldBe(404);
        }

        (await SendAsync("POST", "/v1/volumes", new { name = "rest" })).Status.ShouldBe(201);
        (await SendAsync("DELETE", "/v1/volumes/rest?force=true")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Node_Labels_AreSetAndRemoved()
    {
        (await SendAsync("POST", "/v1/nodes/n1/labels", new { set = new { zone = "eu" } })).Body!["spec"]!["labels"]!["zone"]!.GetValue<string>().ShouldBe("eu");
        (await SendAsync("POST", "/v1/nodes/n1/labels", new { remove = new[] { "zone" } })).Status.ShouldBe(200);
        (await SendAsync("POST", "/v1/nodes/n1/cordon")).Status.ShouldBe(200);
        (await SendAsync("POST", "/v1/nodes/n1/activate")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Create_SpecWithSeveralProblems_NamesAllOfThem()
    {
        var reply = await SendAsync("POST", "/v1/services", new { name = "wrong", replicas = -1, container = new { image = "UPPER" } });
        (reply.Status, reply.Type, reply.Body!["reason"]!.GetValue<string>()).ShouldBe((400, "application/problem+json", "INVALID"));
        reply.Violations.Order().ShouldBe(["container.image", "replicas"]);
    }

    [Theory]
    [InlineData("POST", "/v1/services", """{"nme":"x","container":{"imagee":"a","probes":[{"x":1}]}}""", "spec.container.imagee,spec.container.probes,spec.nme")]
    [InlineData("POST", "/v1/services", "{", "body")]
    [InlineData("POST", "/v1/services", "[]", "spec")]
    [InlineData("POST", "/v1/services", null, "body")]
    [InlineData("POST", "/v1/services/x/scale", """{"replicas":"many"}""", "body")]
    [InlineData("PUT", "/v1/services/x", """{"name":"y"}""", "spec.name")]
    [InlineData("GET", "/v1/services?page.size=many&colour=red", null, "colour,page.size")]
    [InlineData("GET", "/v1/tasks?service=a&service=b", null, "service")]
    [InlineData("GET", "/v1/services", "{}", "body")]
    [InlineData("DELETE", "/v1/secrets/x?force=perhaps", null, "force")]
    public async Task Request_ThatCannotBeRead_NamesAllThatIsWrong(string verb, string path, string? body, string fields)
    {
        var reply = await SendAsync(verb, path, body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"));
        reply.Status.ShouldBe(400);
        string.Join(',', reply.Violations.Order(StringComparer.Ordinal)).ShouldBe(fields);
    }

    [Fact]
    public async Task Request_WithHeadersThatTheCallDoesNotTake_IsRefused()
    {
        (await SendAsync("GET", "/v1/services", null, ("If-Match", "\"1\""), ("Idempotency-Key", "k"))).Violations.Order().ShouldBe(["Idempotency-Key", "If-Match"]);
        (await SendAsync("POST", "/v1/services/x/restart", null, ("If-Match", "first"))).Violations.ShouldBe(["If-Match"]);
    }

    [Fact]
    public async Task Request_ElsewhereOrTooLarge_IsRefusedAsAProblem()
    {
        var nowhere = await SendAsync("GET", "/v1/nothing");
        (nowhere.Status, nowhere.Type, nowhere.Body!["reason"]!.GetValue<string>()).ShouldBe((404, "application/problem+json", "NO_ROUTE"));
        (await SendAsync("PATCH", "/v1/services")).Status.ShouldBe(405);
        (await SendAsync("POST", "/v1/services", new StringContent("x", Encoding.UTF8, "text/plain"))).Status.ShouldBe(415);
        (await SendAsync("POST", "/v1/configs", new StringContent(new('x', 5_000_000), Encoding.UTF8, "application/json"))).Status.ShouldBe(413);
    }

    [Fact]
    public async Task Write_SentTwiceUnderAKey_IsCarriedOutOnceByBothWays()
    {
        var first = await SendAsync("POST", "/v1/services", Spec("twice", 0), ("Idempotency-Key", "key-1"));
        var second = await SendAsync("POST", "/v1/services", Spec("twice", 0), ("Idempotency-Key", "key-1"));
        (first.Status, second.Status).ShouldBe((201, 201));
        second.Body!.ToJsonString().ShouldBe(first.Body!.ToJsonString());
        (await SendAsync("POST", "/v1/services", Spec("twice", 0))).Status.ShouldBe(409);
        var spec = (await manager.Services.GetAsync(new() { Name = "twice" })).Revision.Spec;
        (await manager.Services.CreateAsync(new() { Spec = new() { Name = "twice", Replicas = spec.Replicas, Container = new() { Image = "app:1" } }, Options = new() { IdempotencyKey = "key-1" } })).Revision.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Events_Followed_ComeAsServerSentEventsAndGoOnAfterTheLast()
    {
        await SendAsync("POST", "/v1/configs", new { name = "seen", content = "" });
        using var limit = new CancellationTokenSource(Limit.Long);
        await SendAsync("POST", "/v1/services", Spec("seen", 1));
        var seen = await EventsAsync("/v1/events?follow=true&cursor=0&service=seen", null, 2, limit.Token);
        seen[0].Id.ShouldBe(long.Parse(seen[0].Data["cursor"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture));
        seen[0].Data["subject"]!.GetValue<string>().ShouldBe("seen");

        var after = await EventsAsync("/v1/events?follow=true&service=seen", seen[0].Id, 1, limit.Token);
        after[0].Id.ShouldBe(seen[1].Id);
    }

    [Fact]
    public async Task Logs_OfAServiceThatIsNotThere_AreAProblem() => (await SendAsync("GET", "/v1/services/none/logs")).Status.ShouldBe(404);

    [Fact]
    public async Task Audit_AllWays_SaysWhoDidWhatFromWhereAndWhatCameOfIt()
    {
        using var certificate = manager.Issue("alice");
        await new Proto.ConfigApi.ConfigApiClient(manager.ConnectByTls(certificate)).CreateAsync(new() { Spec = new() { Name = "audited", Content = Google.Protobuf.ByteString.CopyFromUtf8("the-content") } });
        await manager.Configs.DeleteAsync(new() { Name = "audited", Force = true });
        using var viewer = manager.Rest(await manager.TokenAsync(Proto.ApiRole.Viewer, "eve"));
        (await RestReply.OfAsync(viewer, "POST", "/v1/services/audited/scale", new { replicas = 7 })).Status.ShouldBe(403);

        var about = await AuditAsync(entry => entry.Target is "config audited" or "service audited", 3);
        about.Select(entry => (entry.Who.Split(" (")[0], entry.From, entry.Operation, entry.Target, entry.Detail, entry.Outcome)).ShouldBe(
        [
            ("client alice", "127.0.0.1", "ConfigApi/Create", "config audited", "", "OK"),
            ("root", "socket", "ConfigApi/Delete", "config audited", "force=true", "OK"),
            ("token eve", "127.0.0.1", "ServiceApi/Scale", "service audited", "replicas=7", "PERMISSION_DENIED"),
        ]);
        about.ShouldAllBe(entry => entry.Took != null && entry.Manager == "m1");
        about[2].Message.ShouldContain("needs operator");
        var all = await SendAsync("GET", "/v1/audit?tail=8000");
        all.Status.ShouldBe(200);
    }

    [Fact]
    public async Task Audit_FollowedFromNow_ShowsWhatComesWithItsResult()
    {
        using var limit = new CancellationTokenSource(Limit.Long);
        using var call = manager.Access.ReadAudit(new() { Follow = true, Tail = 0, Target = "service followed" }, cancellationToken: limit.Token);
        await call.ResponseHeadersAsync;
        (await SendAsync("POST", "/v1/services/followed/restart")).Status.ShouldBe(404);
        (await call.ResponseStream.MoveNext(limit.Token)).ShouldBeTrue();
        var entry = await manager.WithOutcomeAsync(call.ResponseStream.Current);
        (entry.Outcome, entry.Operation).ShouldBe(("NOT_FOUND", "ServiceApi/Restart"));
    }

    [Fact]
    public async Task Probes_NeedNoToken_AndMetricsDo()
    {
        using var nobody = manager.Rest();
        (await RestReply.OfAsync(nobody, "GET", "/healthz")).Body!["status"]!.GetValue<string>().ShouldBe("ok");
        var ready = await Asking.UntilAsync(() => RestReply.OfAsync(nobody, "GET", "/readyz"), reply => reply.Status == 200);
        ready.Body!["checks"]!.AsObject().Select(check => $"{check.Key}={check.Value}").ShouldBe(["manager=ok", "store=ok", "control-plane=ok"]);
        (await RestReply.OfAsync(nobody, "GET", "/metrics")).Status.ShouldBe(401);
        (await RestReply.OfAsync(nobody, "GET", "/openapi/v1.json")).Body!["openapi"]!.GetValue<string>().ShouldBe("3.1.1");
    }

    [Fact]
    public async Task Metrics_AreInPrometheusForm()
    {
        await SendAsync("POST", "/v1/services", Spec("measured", 2));
        await manager.WhenAsync("measured", service => service.Progress.State == Proto.ProgressState.Converged);
        using var answer = await _admin.GetAsync("/metrics");
        answer.Content.Headers.ContentType!.ToString().ShouldStartWith("text/plain; version=0.0.4");
        var page = await answer.Content.ReadAsStringAsync();
        page.ShouldContain("warren_nodes{condition=\"ready\"} 2\n");
        page.ShouldContain("warren_nodes{condition=\"lost\"} 0\n");
        page.ShouldContain("warren_service_tasks_ready{service=\"measured\"} 2\n");
        page.ShouldContain("# TYPE warren_api_requests_total counter\n");
        page.ShouldContain("warren_api_requests_total{method=\"ServiceApi/Create\",code=\"OK\"} ");
        page.ShouldContain("# TYPE warren_api_request_duration_seconds histogram\n");
        page.ShouldContain("warren_store_commit_duration_seconds_bucket{le=\"0.001\"}");
        page.ShouldContain("process_resident_memory_bytes ");
        foreach (var line in page.Split('\n').Where(line => line.Length > 0))
            line.ShouldMatch("""^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [-+0-9.eEInf]+)$""");
    }

    [Fact]
    public async Task Health_OverGrpc_IsServing()
    {
        var client = new Health.V1.Health.HealthClient(manager.Connect(manager.SocketPath));
        foreach (var service in new[] { "", "warren.v1.ServiceApi" })
        {
            var health = await Asking.UntilAsync(
                async () => (await client.CheckAsync(new() { Service = service })).Status, status => status == Health.V1.HealthCheckResponse.Types.ServingStatus.Serving);
            health.ShouldBe(Health.V1.HealthCheckResponse.Types.ServingStatus.Serving);
        }

        (await Should.ThrowAsync<Grpc.Core.RpcException>(async () => await client.CheckAsync(new() { Service = "x" }))).StatusCode.ShouldBe(Grpc.Core.StatusCode.NotFound);
    }

    private Task<RestReply> SendAsync(string verb, string path, object? body = null, params (string, string)[] headers) => RestReply.OfAsync(_admin, verb, path, body, headers);

    private static JsonObject Spec(string name, int replicas) => new() { ["name"] = name, ["replicas"] = replicas, ["container"] = new JsonObject { ["image"] = "app:1" } };

    private async Task<List<(long Id, JsonNode Data)>> EventsAsync(string path, long? last, int count, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (last is not null) request.Headers.Add("Last-Event-ID", last.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var answer = await _admin.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation));
        var found = new List<(long, JsonNode)>();
        long id = 0;
        while (found.Count < count)
        {
            var line = (await reader.ReadLineAsync(cancellation)).ShouldNotBeNull();
            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = long.Parse(line[4..], System.Globalization.CultureInfo.InvariantCulture);
            if (line.StartsWith("data: ", StringComparison.Ordinal)) found.Add((id, JsonNode.Parse(line[6..])!));
        }

        return found;
    }

    // What came of a call follows a moment later.
    private async Task<List<Proto.AuditEntry>> AuditAsync(Func<Proto.AuditEntry, bool> isWanted, int count)
    {
        using var limit = new CancellationTokenSource(Limit.Long);
        using var call = manager.Access.ReadAudit(new() { Cursor = 0, Follow = true }, cancellationToken: limit.Token);
        var found = new List<Proto.AuditEntry>();
        while (found.Count < count && await call.ResponseStream.MoveNext(limit.Token))
        {
            if (isWanted(call.ResponseStream.Current)) found.Add(await manager.WithOutcomeAsync(call.ResponseStream.Current));
        }

        return found;
    }
}
