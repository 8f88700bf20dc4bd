using System.Globalization;
using Warren.Harness.Clusters;
using Warren.TestSupport;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Containers;
using Warren.TestSupport.Processes;

namespace Warren.EndToEnd.Tests;

/// <summary>Commands, and the manager that they speak to, killed in the middle: nothing is half done, the same once more does the rest, and who is left says what happened.</summary>
public sealed class KillTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private const int Many = 300, Rounds = 5;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1), s_pause = TimeSpan.FromMilliseconds(50);

    private RealCluster Cluster => fixture.Cluster;

    private ClusterClient Client => Cluster.Client;

    [Fact]
    public async Task Create_CommandKilledWhileItWaits_HasMadeTheServiceWhichGoesOn()
    {
        await using (var command = Start("service", "create", "--name", "made", "--replicas", "2", "--init", TestSpecs.Image, "sleep", "4711"))
        {
            await command.LineAsync("service made is created", s_limit);
            command.Send(Signal.Kill);
        }

        await Client.UntilRunningAsync(new("made"), 2);
        var (code, _, errors) = await CallAsync("service", "create", "--name", "made", "--replicas", "2", "--init", TestSpecs.Image, "sleep", "4711");
        code.ShouldBe(0, errors);
        (await CallAsync("service", "inspect", "made")).Output.ShouldContain("version: \"1\"");
        await DeleteAsync("made");
    }

    [Fact]
    public async Task Create_ManagerKilledWhileItIsWaitedFor_SaysThatTheServiceIsStored()
    {
        // No node has this label.
        await using var command = Start("service", "create", "--name", "waits", "--constraint", "node.labels.zone==none", TestSpecs.Image);
        await command.LineAsync("service waits is created", s_limit);
        await Cluster.KillManagerAsync();
        await command.ErrorLineAsync($"Error: the manager at {Cluster.ApiSocket} went away while waits was waited for", s_limit);
        await command.ErrorLineAsync("what was stored goes on by itself", s_limit);
        (await command.Exited.WaitAsync(s_limit)).ShouldBe(5);
        await Cluster.StartManagerAsync();
        (await CallAsync("service", "inspect", "waits")).Code.ShouldBe(0);
        await DeleteAsync("waits");
    }

    [Fact]
    public async Task Logs_ManagerKilledWhileTheyAreFollowed_SaysSoAndTheyCanBeFollowedAgain()
    {
        (await CallAsync("service", "create", "--name", "talks", "--init", TestSpecs.Image, "sh", "-c", "while true; do echo tick; sleep 1; done")).Code.ShouldBe(0);
        await using (var command = Start("service", "logs", "--follow", "talks"))
        {
            await command.LineAsync("talks.1.", s_limit);
            await Cluster.KillManagerAsync();
            await command.ErrorLineAsync($"Error: the manager at {Cluster.ApiSocket} cannot be reached: ", s_limit);
            (await command.Exited.WaitAsync(s_limit)).ShouldBe(5);
        }

        await Cluster.StartManagerAsync();
        await Client.UntilReadyAsync(Cluster.Nodes[0].Id);
        await using (var again = Start("service", "logs", "--follow", "--tail", "1", "talks"))
        {
            await again.LineAsync("talks.1.", s_limit);
            await again.LineAsync("talks.1.", s_limit);
            again.Send(Signal.Kill);
        }

        await DeleteAsync("talks");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Import_CommandOrManagerKilledInTheMiddle_LeavesNothingAndTheSecondTimeWorks(bool isManager)
    {
        var name = $"example.test/half:{(isManager ? 1 : 2)}";
        using var folder = TempFolder.Create("archive");
        var content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        await TestImage.Create(name, [TestLayer.Busybox(), new TestLayer().File("etc/content", content)]).WriteArchiveAsync(folder.File("a.tar"));
        var node = Cluster.Nodes[0];
        await Tool.RunAsync("mkfifo", folder.File("pipe"));
        await using var feeder = ChildProcess.Start("feeder", "sh", ["-c", $"exec 3<>'{folder.File("pipe")}'; head -c 1000000 '{folder.File("a.tar")}' >&3; exec sleep 4711"]);
        await using var command = Start("image", "import", folder.File("pipe"), "--node", "w1");
        await command.ErrorLineAsync("w1  receives", s_limit);
        using var limit = new CancellationTokenSource(s_limit);
        while (Spools(node) == 0) await Task.Delay(s_pause, TimeProvider.System, limit.Token);
        if (isManager)
        {
            await Cluster.RestartManagerAsync();
            await command.ErrorLineAsync($"Error: the manager at {Cluster.ApiSocket} cannot be reached: ", s_limit);
            (await command.Exited.WaitAsync(s_limit)).ShouldBe(5);
            await Client.UntilReadyAsync(node.Id);
        }
        else
        {
            command.Send(Signal.Kill);
            await command.Exited.WaitAsync(s_limit);
        }

        while (Spools(node) > 0) await Task.Delay(s_pause, TimeProvider.System, limit.Token);
        (await node.Machine.Containerd.CtrAsync("images", "ls", "-q")).Split('\n').ShouldNotContain(name);
        var (code, _, errors) = await CallAsync("image", "import", folder.File("a.tar"), "--node", "w1");

        // A manager that is back is told by each node of itself.
        while (isManager && errors.Contains("node w1 is not connected", StringComparison.Ordinal))
        {
            await Task.Delay(s_pause, TimeProvider.System, limit.Token);
            (code, _, errors) = await CallAsync("image", "import", folder.File("a.tar"), "--node", "w1");
        }

        code.ShouldBe(0, errors);
        (await node.Machine.Containerd.CtrAsync("images", "ls", "-q")).Split('\n').ShouldContain(name);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Apply_CommandOrManagerKilledInTheMiddleOfMany_TheSecondTimeDoesTheRest(bool isManager)
    {
        using var folder = TempFolder.Create("apply");
        var documents = Enumerable.Range(0, Many).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"{{ apiVersion: warren/v1, kind: Service, name: many-{i}, labels: {{ app: many }}, replicas: 0, container: {{ image: '{TestSpecs.Image}' }} }}\n"));
        var file = folder.File("many.yaml");
        await File.WriteAllTextAsync(file, string.Join("---\n", documents));
        var killed = await KillInTheMiddleAsync(file, isManager);
        var before = await ManyAsync();

        // It may have done all before the kill: then it begins anew.
        for (var i = 1; i < Rounds && before.Length == Many; i++)
        {
            await DeleteManyAsync(file);
            killed = await KillInTheMiddleAsync(file, isManager);
            before = await ManyAsync();
        }

        before.Length.ShouldBeInRange(1, Many - 1);
        killed.ShouldBe(isManager ? 5 : 137);
        var (code, output, errors) = await CallAsync("apply", "--detach", "-f", file);
        code.ShouldBe(0, errors);
        output.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"{Many - before.Length} to create, 0 to update, 0 to remove, {before.Length} unchanged"));
        (await ManyAsync()).Length.ShouldBe(Many);
        await DeleteManyAsync(file);
    }

    // An archive is taken into a file without a name, which is gone once the agent closes it.
    private static int Spools(RealWorker node) => new DirectoryInfo($"/proc/{node.AgentProcess}/fd").GetFiles()
        .Count(file => file.LinkTarget is { } target && target.StartsWith(node.Machine.PathOf("data"), StringComparison.Ordinal) && target.EndsWith("(deleted)", StringComparison.Ordinal));

    private ChildProcess Start(params string[] words) => ChildProcess.Start("warren", CliProgram.Path, ["--host", Cluster.ApiSocket, .. words]);

    private Task<(int Code, string Output, string Errors)> CallAsync(params string[] words) => Tool.TryAsync(CliProgram.Path, ["--host", Cluster.ApiSocket, .. words]);

    // Gives the code with which the command has ended, which is 0 if that was before the kill.
    private async Task<int> KillInTheMiddleAsync(string file, bool isManager)
    {
        await using var command = Start("apply", "--detach", "-f", file);
        await command.LineAsync("service many-", s_limit);
        if (!isManager)
        {
            command.Send(Signal.Kill);
            return await command.Exited.WaitAsync(s_limit);
        }

        await Cluster.KillManagerAsync();
        var code = await command.Exited.WaitAsync(s_limit);
        if (code != 0) await command.ErrorLineAsync("Error: the manager at ", s_limit);
        await Cluster.StartManagerAsync();
        return code;
    }

    private async Task DeleteManyAsync(string file)
    {
        (await CallAsync("delete", "--yes", "-f", file)).Code.ShouldBe(0);
        using var limit = new CancellationTokenSource(s_limit);
        while ((await ManyAsync()).Length > 0) await Task.Delay(s_pause, TimeProvider.System, limit.Token);
    }

    private async Task<string[]> ManyAsync() =>
        (await CallAsync("service", "list", "--filter", "app=many", "--output", "name")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task DeleteAsync(string service)
    {
        (await CallAsync("service", "delete", "--yes", service)).Code.ShouldBe(0);
        await Client.UntilGoneAsync(new(service));
    }
}
