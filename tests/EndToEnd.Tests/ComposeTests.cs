using System.Text.Json;
using Warren.Harness.Clusters;
using Warren.Services;
using Warren.TestSupport;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.EndToEnd.Tests;

/// <summary>A compose file of ten services, applied by the command to a manager and workers with containerd.</summary>
public sealed class ComposeTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>, IDisposable
{
    private const string Shop = """
        name: shop
        x-app: &app
          image: example.test/busybox:1
          network_mode: none
          stop_grace_period: 1s
        services:
          web:
            <<: *app
            command: ["sh", "-c", "cat /etc/web.conf; exec sleep 100000"]
            depends_on: { api: { condition: service_healthy }, cache: { condition: service_started } }
            configs: [{ source: web-conf, target: /etc/web.conf }]
            deploy: { replicas: 2 }
          api:
            <<: *app
            command: ["sh", "-c", "cat /run/secrets/db-password; echo; touch /tmp/up; exec sleep 100000"]
            healthcheck: { test: ["CMD", "test", "-f", "/tmp/up"], interval: 200ms, timeout: 5s }
            depends_on: { db: { condition: service_healthy }, migrate: { condition: service_completed_successfully } }
            secrets: [db-password]
          migrate:
            <<: *app
            command: ["sh", "-c", "echo migrated"]
            restart: on-failure:5
            depends_on: { db: { condition: service_healthy } }
          db:
            <<: *app
            command: ["sh", "-c", "sleep 1; touch /data/up; exec sleep 100000"]
            volumes: ["db-data:/data"]
            healthcheck: { test: ["CMD", "test", "-f", "/data/up"], interval: 200ms, timeout: 5s }
          cache: { <<: *app, command: ["sleep", "100000"], read_only: true, tmpfs: ["/tmp:size=1m"], cap_drop: [ALL] }
          worker: { <<: *app, command: ["sleep", "100000"], depends_on: [cache, api], deploy: { replicas: 2 } }
          mailer: { <<: *app, command: ["sh", "-c", "echo \"mails for $$TEAM\"; exec sleep 100000"], environment: { TEAM: one } }
          metrics: { <<: *app, command: ["sleep", "100000"], deploy: { mode: global } }
          docs: { <<: *app, command: ["sleep", "100000"], labels: { team: words }, ulimits: { nofile: 1000 } }
          backup: { <<: *app, command: ["sleep", "100000"], volumes: ["db-data:/data:ro"], depends_on: [db] }
        volumes: { db-data: {} }
        secrets: { db-password: { environment: DB_PASSWORD } }
        configs: { web-conf: { content: "listen 80\n" } }
        """;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private readonly TempFolder _folder = TempFolder.Create("compose");

    private RealCluster Cluster => fixture.Cluster;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Compose_OfTenServicesAppliedTwice_ComesUpInOrderAndNoContainerRestarts()
    {
        var created = await ApplyAsync(Shop);
        created.ShouldContain("13 to create, 0 to update, 0 to remove, 0 unchanged");
        var running = await ProcessesAsync();

        // Nine that run on, of which web and worker have two tasks, and metrics one on each node.
        running.Length.ShouldBe(13);
        var (db, migrate, api, web) = (await TasksAsync("db"), await TasksAsync("migrate"), await TasksAsync("api"), await TasksAsync("web"));
        At(migrate, "startedAt").ShouldBeGreaterThan(At(db, "startedAt").AddSeconds(1), "migrate waits until db is healthy");
        At(api, "startedAt").ShouldBeGreaterThan(At(migrate, "finishedAt"), "api waits until migrate has ended");
        At(web, "startedAt").ShouldBeGreaterThan(At(api, "startedAt"));
        await SaysAsync("web", "listen 80");
        await SaysAsync("api", "first");
        (await TasksAsync("backup"))[0].GetProperty("node").GetString().ShouldBe(db[0].GetProperty("node").GetString(), "both have the volume");

        (await ApplyAsync(Shop)).ShouldBe("nothing to do: 13 unchanged\n");
        (await ProcessesAsync()).ShouldBe(running);

        // One changes, and no other is touched.
        (await ApplyAsync(Shop.Replace("TEAM: one", "TEAM: two", StringComparison.Ordinal))).ShouldContain("0 to create, 1 to update, 0 to remove, 12 unchanged");
        var after = await ProcessesAsync();
        after.Length.ShouldBe(13);
        after.Intersect(running).Count().ShouldBe(12);
        after.Except(running).Single().ShouldStartWith("mailer.1.");

        await RunAsync("delete", "--yes", "-f", _folder.File("compose.yaml"));
        foreach (var name in new[] { "web", "api", "migrate", "db", "cache", "worker", "mailer", "metrics", "docs", "backup" }) await Cluster.Client.UntilGoneAsync(new ServiceName(name));
        (await ProcessesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Logs_FollowedOverATaskThatMovesToAnotherNode_GoOnThere()
    {
        await RunAsync("service", "create", "--name", "moves", "--network", "none", "--update-monitor", "1s", TestSpecs.Image, "sh", "-c", "echo begun; trap 'exit 0' TERM; sleep 100000 & wait");
        var first = (await TasksAsync("moves"))[0];
        var (task, node) = (first.GetProperty("id").GetString()!, first.GetProperty("node").GetString()!);
        await using var logs = Follow("moves");
        await logs.LineAsync($"{task} | begun", s_limit);
        await RunAsync("node", "drain", node);
        var line = await logs.LineAsync("moves.1.", s_limit);
        line.ShouldEndWith(" | begun");
        line.ShouldNotStartWith(task + " ");
        var next = (await TasksAsync("moves")).Single(other => line.StartsWith(other.GetProperty("id").GetString() + " ", StringComparison.Ordinal));
        next.GetProperty("node").GetString().ShouldNotBe(node);
        await RunAsync("node", "activate", node);
        await RunAsync("service", "delete", "--yes", "moves");
        await Cluster.Client.UntilGoneAsync(new ServiceName("moves"));
    }

    private static DateTimeOffset At(JsonElement[] tasks, string property) => tasks.Min(task => task.GetProperty("observed").GetProperty(property).GetDateTimeOffset());

    private async Task<string> ApplyAsync(string text)
    {
        await File.WriteAllTextAsync(_folder.File("compose.yaml"), text);
        var variables = new[] { "DB_PASSWORD=first", CliProgram.Path, "--host", Cluster.ApiSocket, "apply", "--yes", "-f", _folder.File("compose.yaml") };
        return await Tool.RunAsync("env", variables);
    }

    private Task<string> RunAsync(params string[] words) => Tool.RunAsync(CliProgram.Path, ["--host", Cluster.ApiSocket, .. words]);

    private ChildProcess Follow(params string[] words) => ChildProcess.Start("logs", CliProgram.Path, ["--host", Cluster.ApiSocket, "service", "logs", "--follow", .. words]);

    // Followed, since a line is there a moment after it was written.
    private async Task SaysAsync(string service, string line)
    {
        await using var logs = Follow("--no-task-ids", service);
        await logs.LineAsync(line, s_limit);
    }

    private async Task<JsonElement[]> TasksAsync(string service)
    {
        using var document = JsonDocument.Parse(await RunAsync("service", "tasks", "--output", "json", "--all", service));
        return [.. document.RootElement.EnumerateArray().Select(task => task.Clone())];
    }

    // Each container that runs, with its process.
    private async Task<string[]> ProcessesAsync()
    {
        var all = new List<string>();
        foreach (var node in Cluster.Nodes) all.AddRange((await node.ProcessesAsync()).Select(pair => $"{pair.Key} {pair.Value}"));
        return [.. all.Order(StringComparer.Ordinal)];
    }
}
