using System.Text;
using Warren.Catalogs;
using Warren.Configs;
using Warren.ControlPlane.Tests.Services;
using Warren.ControlPlane.Tests.Testing;
using Warren.Secrets;
using Warren.Services;

namespace Warren.ControlPlane.Tests.Objects;

public sealed class ObjectTests
{
    [Fact]
    public async Task Secret_Stored_IsNowhereInTheClear()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        (await SetAsync(cluster, "hunter2-and-more")).Version.ShouldBe(1);
        await cluster.Service().ApplyAsync(Using(ReferencePolicy.Keep));
        await ServiceLifeTests.RunAsync(cluster, 1);
        var template = cluster.Agents[0].Templates[("web", 1)];
        Encoding.UTF8.GetString(template.Files.Single().Content.Span).ShouldBe("hunter2-and-more");
        (template.Files.Single().Target, template.Files.Single().IsSecret).ShouldBe(("/run/secrets/key", true));
        var forms = new[] { "hunter2-and-more", Convert.ToBase64String(Encoding.UTF8.GetBytes("hunter2-and-more")) };
        var events = string.Join('\n', await cluster.Events.ReadAsync(0, 1_000));
        foreach (var form in forms)
        {
            cluster.Store.Rows.Values.ShouldAllBe(row => !row.Contains(form, StringComparison.Ordinal));
            cluster.Log.Lines.ShouldAllBe(line => !line.Contains(form, StringComparison.Ordinal));
            events.ShouldNotContain(form);
        }
    }

    [Fact]
    public async Task Secret_SameValue_IsNoNewVersion()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1);
        await SetAsync(cluster, "one");
        (await SetAsync(cluster, "one")).Version.ShouldBe(1);
        (await SetAsync(cluster, "two")).Version.ShouldBe(2);
        Encoding.UTF8.GetString((await Secret(cluster).ReadAsync())!.Value.Span).ShouldBe("two");
        (await cluster.Client.GetGrain<INameCatalogGrain>(INameCatalogGrain.Secrets).ListAsync()).ShouldBe(["key"]);
    }

    [Theory]
    [InlineData(ReferencePolicy.Keep)]
    [InlineData(ReferencePolicy.Rollout)]
    public async Task Secret_NewVersion_ReachesTasksAsTheReferenceSays(ReferencePolicy policy)
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        await SetAsync(cluster, "one");
        await cluster.Service().ApplyAsync(Using(policy));
        var before = await ServiceLifeTests.RunAsync(cluster, 1);
        await SetAsync(cluster, "two");
        await cluster.WhenAsync(status => status!.Revision.Version == 2, what: "the service has heard of it");
        if (policy == ReferencePolicy.Rollout)
        {
            await cluster.WhenAsync(status => status!.Tasks.Count(task => ServiceLifeTests.IsUp(task) && task.SpecVersion == 2) == 1, what: "the task is replaced");
        }
        else
        {
            // It goes on as it is, and its successor gets the new one.
            (await cluster.Service().GetAsync())!.Rollout.ShouldBeNull();
            cluster.Agents[0].See(before.Tasks[0].Id, ScriptedAgent.Seen(Warren.Tasks.TaskState.Failed, exitCode: 1));
            await cluster.WhenAsync(status => status!.Tasks.Any(task => ServiceLifeTests.IsUp(task) && task.SpecVersion == 2), what: "its successor runs");
        }

        Encoding.UTF8.GetString(cluster.Agents[0].Templates[("web", 1)].Files.Single().Content.Span).ShouldBe("one");
        Encoding.UTF8.GetString(cluster.Agents[0].Templates[("web", 2)].Files.Single().Content.Span).ShouldBe("two");
    }

    [Fact]
    public async Task Secret_NewVersionsInPlace_ReachTheTaskThatRuns()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        await SetAsync(cluster, "one");
        await cluster.Service().ApplyAsync(Using(ReferencePolicy.InPlace));
        var task = (await ServiceLifeTests.RunAsync(cluster, 1)).Tasks.Single().Id;
        foreach (var (value, version) in new[] { ("two", 2L), ("three", 3L) })
        {
            await SetAsync(cluster, value);
            await cluster.WhenAsync(
                () => Task.FromResult(cluster.Agents[0].Assigned[task].FilesVersion == version), () => $"its node is told of version {version}");
            Encoding.UTF8.GetString(cluster.Agents[0].Templates[("web", version)].Files.Single().Content.Span).ShouldBe(value);
        }

        var status = (await cluster.Service().GetAsync())!;
        (status.Rollout, status.Revision.Version).ShouldBe((null, 3));
        status.Tasks.ShouldHaveSingleItem().Id.ShouldBe(task);
        cluster.Agents[0].Assigned[task].SpecVersion.ShouldBe(1);
        cluster.Agents[0].Running.ShouldBe([task]);
    }

    [Fact]
    public async Task Config_Template_ReachesTheNodeWithAllThatItsFieldsNeed()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        var config = cluster.Client.GetGrain<IConfigGrain>("conf");
        ConfigSpec spec = new() { Name = new("conf"), Content = "{{node.labels.zone}} {{service.labels.team}}"u8.ToArray() };
        (await config.ApplyAsync(spec)).Version.ShouldBe(1);
        (await config.ApplyAsync(spec with { IsTemplate = true })).Version.ShouldBe(2);
        (await config.ApplyAsync(spec with { IsTemplate = true })).Version.ShouldBe(2);
        await config.LabelAsync(spec.Labels.Add("a", "b"));
        await cluster.Service().ApplyAsync(A.Service() with { Configs = [new() { Config = new("conf") }], Labels = A.Service().Labels.Add("team", "blue") });
        await ServiceLifeTests.RunAsync(cluster, 1);
        var template = cluster.Agents[0].Templates[("web", 1)];
        (template.Files.Single().IsTemplate, template.Labels["team"]).ShouldBe((true, "blue"));

        await cluster.Node("n1").UpdateAsync(new() { Labels = spec.Labels.Add("zone", "north") });
        await cluster.WhenAsync(() => Task.FromResult(cluster.Agents[0].Labels?.GetValueOrDefault("zone") == "north"), () => "the node is told its label");
    }

    [Fact]
    public async Task Config_WrongTemplate_IsRefusedWithEachPlace()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1);
        var config = cluster.Client.GetGrain<IConfigGrain>("conf");
        ConfigSpec wrong = new() { Name = new("conf"), IsTemplate = true, Content = "a {{node.hostnam}}\n{{task.slot"u8.ToArray() };
        var refused = await Should.ThrowAsync<ValidationException>(() => config.ApplyAsync(wrong));
        refused.Problems.Select(problem => (problem.Path, problem.Message.Split(':')[0])).ShouldBe([("content", "line 1, column 3"), ("content", "line 2, column 1")]);
        await config.ApplyAsync(wrong with { IsTemplate = false });
    }

    [Fact]
    public async Task Remove_InUse_IsRefusedWithItsUsers()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        await SetAsync(cluster, "one");
        await cluster.Service().ApplyAsync(Using(ReferencePolicy.Keep));
        await ServiceLifeTests.RunAsync(cluster, 1);
        (await Should.ThrowAsync<InUseException>(() => Secret(cluster).RemoveAsync(force: false))).Message.ShouldBe(
            "secret key is in use by service web (task web.1.1); change or remove those first, or remove them with it by --force");
        (await Secret(cluster).GetAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task Remove_Forced_RemovesItsServicesAndGoesWithTheLastTask()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        await cluster.Client.GetGrain<IConfigGrain>("conf").ApplyAsync(new() { Name = new("conf"), Content = "a"u8.ToArray() });
        await cluster.Service().ApplyAsync(A.Service() with { Configs = [new() { Config = new("conf") }] });
        await cluster.Service("other").ApplyAsync(A.Service("other"));
        await ServiceLifeTests.RunAsync(cluster, 1);
        await ServiceLifeTests.RunAsync(cluster, 1, "other");
        await cluster.Client.GetGrain<IConfigGrain>("conf").RemoveAsync(force: true);

        // Nobody new can use it, though it may still be there.
        var refused = await Should.ThrowAsync<ValidationException>(() => cluster.Service("late").ApplyAsync(
            A.Service("late") with { Configs = [new() { Config = new("conf") }] }));
        refused.Message.ShouldBe("service late is not accepted: configs[0].config: must name a config that is there, was 'conf'; make it first");
        await cluster.WhenAsync(status => status is null, what: "its user is gone");
        await cluster.WhenAsync(
            async () => (await cluster.Client.GetGrain<INameCatalogGrain>(INameCatalogGrain.Configs).ListAsync()).IsEmpty
                && !cluster.Store.Rows.ContainsKey("config/conf/config"),
            () => "it is gone");
        (await cluster.Service("other").GetAsync())!.IsRemoving.ShouldBeFalse();
    }

    [Fact]
    public async Task Remove_ForcedAndTimersRingEarly_IsTriedAgainAsSoonAsItMayBe()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        var config = cluster.Client.GetGrain<IConfigGrain>("conf");
        await config.ApplyAsync(new() { Name = new("conf"), Content = "a"u8.ToArray() });
        await cluster.Service().ApplyAsync(A.Service() with { Configs = [new() { Config = new("conf") }] });
        await ServiceLifeTests.RunAsync(cluster, 1);
        cluster.Agents[0].Busy = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        cluster.Time.Early = TimeSpan.FromMilliseconds(20);
        await config.RemoveAsync(force: true);

        // After 0, 250, 500 and 1,000 ms. What has to wait for the longest time after each of them gets nowhere here.
        await cluster.WhenAsync(
            () => Task.FromResult(cluster.Log.Lines.Count(line => line.Contains("conf is not removed yet", StringComparison.Ordinal)) >= 4), () => "it is tried again");
        cluster.Agents[0].Busy = Task.CompletedTask;
        await cluster.WhenAsync(() => Task.FromResult(!cluster.Store.Rows.ContainsKey("config/conf/config")), () => "it is gone");
    }

    [Fact]
    public async Task Remove_ForcedAndItsServiceCannotBeTold_GoesOnByItself()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        await SetAsync(cluster, "one");
        await cluster.Service().ApplyAsync(Using(ReferencePolicy.Keep));
        await ServiceLifeTests.RunAsync(cluster, 1);
        var isAway = true;
        cluster.Faults.Values.Single().AtCall = (_, call, isDone) =>
            !isDone && isAway && call.MethodName == nameof(IServiceGrain.RemoveAsync) && $"{call.TargetId}".StartsWith("service/", StringComparison.Ordinal)
                ? throw new TimeoutException("no answer")
                : Task.CompletedTask;
        await Should.ThrowAsync<TimeoutException>(() => Secret(cluster).RemoveAsync(force: true));
        isAway = false;
        await cluster.WhenAsync(status => status is null, what: "its user is gone");
        await cluster.WhenAsync(() => Task.FromResult(!cluster.Store.Rows.ContainsKey("secret/key/secret")), () => "it is gone");
    }

    [Fact]
    public async Task Secret_NewVersionAndItsServiceDoesNotAnswer_IsToldAgain()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        await SetAsync(cluster, "one");
        await cluster.Service().ApplyAsync(Using(ReferencePolicy.Keep));
        var left = 1;
        cluster.Faults.Values.Single().AtCall = (_, call, isDone) =>
            !isDone && call.MethodName == nameof(IServiceGrain.ObjectChangedAsync) && Interlocked.Decrement(ref left) >= 0
                ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System)
                : Task.CompletedTask;
        await SetAsync(cluster, "two");
        await cluster.WhenAsync(status => status!.Revision.Version == 2, what: "the service has heard of it");
    }

    private static ISecretGrain Secret(TestCluster cluster) => cluster.Client.GetGrain<ISecretGrain>("key");

    private static Task<SecretRecord> SetAsync(TestCluster cluster, string value) =>
        Secret(cluster).ApplyAsync(new() { Name = new("key"), Value = Encoding.UTF8.GetBytes(value) });

    private static ServiceSpec Using(ReferencePolicy policy) => A.Service() with { Secrets = [new() { Secret = new("key"), OnChange = policy }] };
}
