using Warren.Api.Tests.Testing;
using Warren.Cli.Tests.Testing;
using Warren.TestSupport;

namespace Warren.Cli.Tests;

/// <summary>Files applied to a manager as it is.</summary>
public sealed class ApplyTests(ServedManager manager) : IClassFixture<ServedManager>, IDisposable
{
    private const string App = """
        apiVersion: warren/v1
        kind: Service
        name: shop
        labels: { app: shop }
        replicas: 3
        container:
          image: registry.invalid/web:1
        update: { monitor: 0s }
        secrets: [{ secret: shop-key, onChange: rollout }]
        configs: [{ config: shop.conf }]
        ---
        apiVersion: warren/v1
        kind: Service
        name: shop-api
        labels: { app: shop }
        container:
          image: registry.invalid/api:1
        update: { monitor: 0s }
        ---
        apiVersion: warren/v1
        kind: Secret
        name: shop-key
        labels: { app: shop }
        value: first
        ---
        apiVersion: warren/v1
        kind: Config
        name: shop.conf
        labels: { app: shop }
        content: text
        """;

    private readonly TempFolder _folder = TempFolder.Create("apply");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Apply_FromNothingToNothing_DoesWhatItsPlanSays()
    {
        var created = await ApplyAsync(App);
        created.Out.ShouldContain("4 to create, 0 to update, 0 to remove, 0 unchanged");
        created.Out.ShouldContain("tasks: 3 created");
        var tasks = await TasksAsync("shop", "shop-api");
        tasks.Length.ShouldBe(4);

        // Not one task restarts.
        var again = await ApplyAsync(App);
        again.Out.ShouldBe("nothing to do: 4 unchanged\n");
        (await TasksAsync("shop", "shop-api")).ShouldBe(tasks);

        // One service changes, the other is left alone.
        var scaled = await ApplyAsync(App.Replace("replicas: 3", "replicas: 2", StringComparison.Ordinal));
        scaled.Out.ShouldContain("~ service shop is updated (version 1)\n    replicas: 3 → 2\n    tasks: 2 kept, 1 stopped");
        scaled.Out.ShouldContain("0 to create, 1 to update, 0 to remove, 3 unchanged");
        var left = await TasksAsync("shop", "shop-api");
        left.Length.ShouldBe(3);
        left.ShouldBeSubsetOf(tasks);

        // A secret that its service rolls on, and a change of the service itself, in one go: the version that the secret makes is no conflict.
        var rolled = await ApplyAsync(App.Replace("replicas: 3", "replicas: 2", StringComparison.Ordinal)
            .Replace("value: first", "value: second", StringComparison.Ordinal).Replace("web:1", "web:2", StringComparison.Ordinal));
        rolled.Out.ShouldContain("~ secret shop-key is updated (version 1)\n    value: *** → *** (another)");
        rolled.Out.ShouldContain("container.image: registry.invalid/web:1 → registry.invalid/web:2\n    tasks: 2 replaced");
        var replaced = await TasksAsync("shop");
        replaced.Length.ShouldBe(2);
        replaced.Intersect(tasks).ShouldBeEmpty();

        // What no file has any more goes, and only that.
        var parts = App.Split("---\n");
        var pruned = await ApplyAsync(parts[0].Replace("replicas: 3", "replicas: 2", StringComparison.Ordinal).Replace("web:1", "web:2", StringComparison.Ordinal)
            + "---\n" + parts[2].Replace("first", "second", StringComparison.Ordinal) + "---\n" + parts[3], "--prune", "app=shop");
        pruned.Out.ShouldContain("- service shop-api is removed\n    tasks: 1 stopped");
        pruned.Out.ShouldContain("0 to create, 0 to update, 1 to remove, 3 unchanged");
        (await TasksAsync("shop")).ShouldBe(replaced);

        // Secrets go after the services that use them.
        var deleted = await RunAsync(App, "delete");
        deleted.Out.ShouldEndWith("service shop is being removed\nconfig shop.conf is removed\nsecret shop-key is removed\n");
        (await RunAsync(App, "delete")).Out.ShouldBe("nothing to do: 0 unchanged\n");
    }

    [Fact]
    public async Task Plan_WrongFields_AreNamedWithTheirLinesByTheManagersRules()
    {
        var outcome = await PlanAsync("""
            apiVersion: warren/v1
            kind: Service
            name: wrong
            replicas: -1
            container:
              image: UPPER
              env:
                "A=B": c
              resources: { memoryLimit: 1m }
            secrets:
            - secret: not-there
            ---
            apiVersion: warren/v1
            kind: CronJob
            name: wrong
            container: { image: a }
            """);
        outcome.Code.ShouldBe(2);
        foreach (var expected in new[]
        {
            ":4: replicas: must be 0 to 100000, was -1", ":6: container.image: ", ":8: container.env[A=B]: ", ":9: container.resources.memoryLimit: ",
            ":11: secrets[0].secret: must name a secret that is there, was 'not-there'", ":15: name: must be that of no other service", ":13: cron: ",
        })
        {
            outcome.Error.ShouldContain(expected);
        }
    }

    private async Task<Outcome> ApplyAsync(string text, params string[] flags)
    {
        var outcome = await RunAsync(text, ["apply", .. flags]);
        outcome.Code.ShouldBe(0, outcome.Out + outcome.Error);
        return outcome;
    }

    private Task<Outcome> PlanAsync(string text) => RunAsync(text, "plan");

    private async Task<Outcome> RunAsync(string text, params string[] words)
    {
        await File.WriteAllTextAsync(_folder.File("app.yaml"), text);
        return await Outcome.OfAsync(["--host", manager.SocketPath, .. words, "-f", _folder.Path]);
    }

    private async Task<string[]> TasksAsync(params string[] services)
    {
        var outcome = await Outcome.OfAsync(["--host", manager.SocketPath, "service", "tasks", "-o", "name", .. services]);
        return [.. outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }
}
