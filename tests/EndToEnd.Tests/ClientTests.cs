using System.Text.Json.Nodes;
using Warren.Client;
using Warren.Harness.Clusters;
using Warren.Services;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Containers;
using Warren.TestSupport.Processes;
using Proto = Warren.V1;

namespace Warren.EndToEnd.Tests;

/// <summary>The library for programs, and its example as one, on a real cluster.</summary>
public sealed class ClientTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    private RealCluster Cluster => fixture.Cluster;

    private static string Example => BuiltProgram.Find(Path.Combine("Client", "Example"), "Warren.Client.Example", isPublished: false);

    [Fact]
    public async Task Example_Started_DeploysAndWatchesUntilItRuns()
    {
        const string Image = "example.test/runs:1";
        var config = new JsonObject { ["Cmd"] = new JsonArray("/bin/sh", "-c", "trap 'exit 0' TERM; sleep 100000 & wait") };
        await Cluster.Registry.PushAsync("runs", "1", TestImage.Create(Image, [TestLayer.Busybox()], config), LayerPacking.Plain);
        var (code, output, errors) = await Tool.TryAsync(Example, Cluster.ApiSocket, "example", Image);
        code.ShouldBe(0, output + errors);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldContain("example is stored as version 1");
        lines.ShouldContain(line => line.StartsWith("  example.1.", StringComparison.Ordinal) && line.Contains(" -> Running", StringComparison.Ordinal));
        lines[^1].ShouldBe("example runs: 2 of 2 are ready");
        await RemoveAsync("example");
    }

    [Fact]
    public async Task Example_WrongWords_SaysHowItIsCalled()
    {
        var (code, _, errors) = await Tool.TryAsync(Example, "one");
        code.ShouldBe(2);
        errors.ShouldStartWith("Usage: Warren.Client.Example SOCKET|CONTEXT-FOLDER NAME IMAGE");
    }

    [Fact]
    public async Task Deploy_ThenChanged_ConvergesAndIsTheSameWhenRepeated()
    {
        using var warren = WarrenClient.ToSocket(Cluster.ApiSocket);
        var spec = Runs("client");
        var made = await warren.DeployAsync(spec);
        (await warren.WaitUntilConvergedAsync("client", s_limit)).Progress.Ready.ShouldBe(2);
        (await warren.DeployAsync(spec)).Revision.Version.ShouldBe(made.Revision.Version);
        spec.Replicas = 3;
        (await warren.DeployAsync(spec)).Revision.Version.ShouldBeGreaterThan(made.Revision.Version);
        (await warren.WaitUntilConvergedAsync("client", s_limit)).Progress.Ready.ShouldBe(3);
        await RemoveAsync("client");
    }

    [Fact]
    public async Task Wait_ForWhatCannotCome_SaysWhy()
    {
        using var warren = WarrenClient.ToSocket(Cluster.ApiSocket);
        var spec = Runs("nowhere");
        spec.Placement = new() { Constraints = { "node.labels.zone==none" } };
        await warren.DeployAsync(spec);
        await ClusterClient.UntilAsync(
            async () => await warren.Services.GetAsync(new() { Name = "nowhere" }),
            service => service.Progress.Reason.Contains("node.labels.zone==none", StringComparison.Ordinal),
            "the reason is known");
        var failure = await Should.ThrowAsync<NotConvergedException>(() => warren.WaitUntilConvergedAsync("nowhere", TimeSpan.FromSeconds(3)));
        failure.Message.ShouldContain("node.labels.zone==none");
        await RemoveAsync("nowhere");
    }

    [Fact]
    public async Task ManagerKilled_WhileWatchedAndWrittenTo_NothingIsMissedOrMadeTwice()
    {
        using var warren = WarrenClient.ToSocket(Cluster.ApiSocket);
        using var ending = new CancellationTokenSource(s_limit);
        var seen = new List<Proto.Event>();
        var watching = WatchAsync();
        await warren.DeployAsync(Runs("before"));
        await warren.WaitUntilConvergedAsync("before", s_limit);
        await Cluster.KillManagerAsync();
        var deploying = warren.DeployAsync(Runs("after"));
        await Cluster.StartManagerAsync();
        (await deploying).Revision.Version.ShouldBe(1);
        await warren.WaitUntilConvergedAsync("after", s_limit);
        await watching;
        seen.Select(one => one.Cursor).ShouldBeUnique();
        seen.Select(one => one.Cursor).ShouldBeInOrder();
        foreach (var name in new[] { "before", "after" })
        {
            seen.Count(one => (one.SubjectKind, one.Subject, one.Kind) == (Proto.SubjectKind.Service, name, Proto.EventKind.Created)).ShouldBe(1, string.Join('\n', seen));
            await RemoveAsync(name);
        }

        async Task WatchAsync()
        {
            await foreach (var one in warren.WatchEventsAsync(new() { Cursor = 0 }, ending.Token))
            {
                seen.Add(one);
                if (one.Subject.Contains("after.", StringComparison.Ordinal) && one.To == "Running") return;
            }
        }
    }

    [Fact]
    public void Client_EveryApi_HasAProperty() =>
        typeof(WarrenClient).GetProperties().Select(property => property.PropertyType.Name).Where(name => name.EndsWith("ApiClient", StringComparison.Ordinal))
            .ShouldBe(typeof(WarrenClient).Assembly.GetTypes().Select(type => type.Name).Where(name => name.EndsWith("ApiClient", StringComparison.Ordinal)), ignoreOrder: true);

    private static Proto.ServiceSpec Runs(string name) => new()
    {
        Name = name,
        Replicas = 2,
        Container = new()
        {
            Image = TestSpecs.Image,
            Command = { "/bin/sh", "-c", "trap 'exit 0' TERM; sleep 100000 & wait" },
            Network = new() { Mode = Proto.NetworkMode.None },
        },
        Update = new() { Monitor = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMilliseconds(500)) },
    };

    private async Task RemoveAsync(string name)
    {
        using var warren = WarrenClient.ToSocket(Cluster.ApiSocket);
        await warren.Services.DeleteAsync(new() { Name = name });
        await Cluster.Client.UntilGoneAsync(new ServiceName(name));
    }
}
