using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Warren.Containers;
using Warren.Harness.Clusters;
using Warren.Nodes;
using Warren.Scheduling;
using Warren.Services;
using Warren.Tasks;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Containers;
using Warren.TestSupport.Processes;

namespace Warren.EndToEnd.Tests;

/// <summary>What an operator sees of a small cluster when its parts are killed and cut off.</summary>
public sealed class ClusterTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>, IAsyncLifetime
{
    private static readonly ServiceName s_name = new("web");
    private static readonly TimeSpan s_probeInterval = TimeSpan.FromMilliseconds(200), s_limit = TimeSpan.FromMinutes(1);

    /// <summary>The figure is the benchmark's; this is only not to be a matter of a timer.</summary>
    private static readonly TimeSpan s_replacement = TimeSpan.FromSeconds(5);

    private RealCluster Cluster => fixture.Cluster;

    private ClusterClient Client => Cluster.Client;

    private IServiceGrain Service => Client.Service(s_name);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Service.RemoveAsync();
        await Client.UntilGoneAsync(s_name);
        foreach (var node in Cluster.Nodes)
        {
            // The scheduler hears of it from the node, too, but maybe after the next test has begun.
            var record = await Client.Node(node.Id).UpdateAsync(NodeSpec.Default);
            await Client.Grains.GetGrain<ISchedulerGrain>(ISchedulerGrain.Key).NodeChangedAsync(node.Id, record, record.Version);
            (await node.ProcessesAsync()).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Scale_UpAndDown_RunsThatManySpreadOverTheNodes()
    {
        await Service.ApplyAsync(TestSpecs.Sleeper("web"));
        await Client.UntilRunningAsync(s_name, 1);

        await Service.ScaleAsync(10);
        var ten = await Client.UntilRunningAsync(s_name, 10);
        ten.Tasks.Where(task => !task.Observed.State.IsFinal).CountBy(task => task.Node!.Value).Select(node => node.Value).Order().ShouldBe([3, 3, 4]);
        (await ProcessesAsync()).Keys.Order().ShouldBe(ClusterClient.Running(ten).Select(task => task.Id).Order());

        await Service.ScaleAsync(3);
        var three = await Client.UntilRunningAsync(s_name, 3);
        ClusterClient.Running(three).Select(task => task.Node).Distinct().Count().ShouldBe(3);
        (await ProcessesAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Container_Killed_IsReplacedAtOnce()
    {
        await Service.ApplyAsync(TestSpecs.Sleeper("web", 3));
        var slots = ClusterClient.Running(await Client.UntilRunningAsync(s_name, 3)).Select(task => task.Id.Slot).ToArray();

        // Each slot's first end, since later ones wait. The machine may have much else to do; one has to be in time.
        var time = TimeSpan.MaxValue;
        for (var i = 0; i < slots.Length && time >= s_replacement; i++) time = await ReplacedAfterAsync(slots[i]);
        time.ShouldBeLessThan(s_replacement);
    }

    [Fact]
    public async Task Logs_FollowedOverAContainerThatIsKilled_GoOnWithItsSuccessor()
    {
        var spec = TestSpecs.Sleeper("web");
        await Service.ApplyAsync(spec with { Container = spec.Container with { Command = ["/bin/sh", "-c", "echo said; echo complained >&2; sleep 100000"] } });
        var victim = ClusterClient.Running(await Client.UntilRunningAsync(s_name, 1)).Single();
        await using var logs = ChildProcess.Start("logs", CliProgram.Path, ["--host", Cluster.ApiSocket, "service", "logs", "--follow", "web"]);
        await logs.LineAsync($"{victim.Id} | said", s_limit);
        await logs.ErrorLineAsync($"{victim.Id} | complained", s_limit);

        var node = Cluster.Nodes.Single(node => node.Id == victim.Node);
        await node.Machine.Containerd.CtrAsync("tasks", "kill", "--signal", "SIGKILL", victim.Id.ToString());
        var after = await Client.UntilAsync(
            s_name, status => ClusterClient.Running(status).Any(task => task.Id != victim.Id), "the replacement runs");
        var successor = ClusterClient.Running(after).Single().Id;
        await logs.LineAsync($"{successor} | said", s_limit);

        // What the killed one wrote is kept as long as it is.
        var (code, output, _) = await Tool.TryAsync(CliProgram.Path, "--host", Cluster.ApiSocket, "service", "logs", "web");
        (code, output).ShouldBe((0, $"{victim.Id} | said\n{successor} | said\n"));
    }

    [Fact]
    public async Task Agent_Killed_NothingRestartsAndAnEndMeanwhileIsTold()
    {
        await Service.ApplyAsync(TestSpecs.Sleeper("web", 6));
        await Client.UntilRunningAsync(s_name, 6);
        var node = Cluster.Nodes[0];
        var before = await node.ProcessesAsync();
        before.Count.ShouldBe(2);

        await node.KillAsync();
        await node.StartAsync();
        await node.UntilRegisteredAsync();
        await Client.UntilReadyAsync(node.Id);
        (await node.ProcessesAsync()).ShouldBe(before, ignoreOrder: true);

        await node.KillAsync();
        var victim = before.Keys.Min();
        await node.Machine.Containerd.CtrAsync("tasks", "kill", "--signal", "SIGKILL", victim.ToString());
        await node.StartAsync();
        var after = await Client.UntilAsync(
            s_name, status => ClusterClient.Running(status).Count() == 6 && status.Tasks.Any(task => task.Id == victim && task.Observed.State.IsFinal), "the ended task is replaced");
        after.Tasks.Single(task => task.Id == victim).Observed.ExitCode.ShouldBe(137);
        (await node.ProcessesAsync())[before.Keys.Max()].ShouldBe(before[before.Keys.Max()]);
    }

    [Fact]
    public async Task Node_LosesPowerAndReturns_ItsTasksRunElsewhereAndOnceOnly()
    {
        await Service.ApplyAsync(TestSpecs.Sleeper("web", 6));
        var before = await Client.UntilRunningAsync(s_name, 6);
        var node = Cluster.Nodes[1];
        var lost = ClusterClient.Running(before).Where(task => task.Node == node.Id).Select(task => task.Id).ToHashSet();

        await node.CutPowerAsync();
        // Ten seconds are the lease; the figure is the benchmark's.
        var elsewhere = await Client.UntilAsync(
            s_name, status => ClusterClient.Running(status).Count(task => task.Node != node.Id) == 6, "six run elsewhere", TimeSpan.FromSeconds(30));
        elsewhere.Tasks.Where(task => lost.Contains(task.Id)).ShouldAllBe(task => task.Observed.State == TaskState.Orphaned);

        await node.RestorePowerAsync();
        await Client.UntilReadyAsync(node.Id);
        await Client.UntilRunningAsync(s_name, 6);

        // Until a manager says otherwise it starts those that it had.
        await UntilAsync(async () => (await node.ProcessesAsync()).Count == 0);
        (await ProcessesAsync()).Count.ShouldBe(6);
    }

    [Fact]
    public async Task Node_Drained_ItsTasksMoveBeforeTheyEnd()
    {
        await Service.ApplyAsync(TestSpecs.Sleeper("web", 6));
        await Client.UntilRunningAsync(s_name, 6);
        var least = 6;
        using var stop = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (await Service.GetAsync() is { } status)
                    least = Math.Min(least, status.Tasks.Count(task => task.Observed.State == TaskState.Running));
            }
        });

        await Client.Node(Cluster.Nodes[2].Id).UpdateAsync(NodeSpec.Default with { Availability = NodeAvailability.Drained });

        var after = await Client.UntilAsync(
            s_name, status => ClusterClient.Running(status).Count(task => task.Node != Cluster.Nodes[2].Id) == 6 && status.Tasks.Count(task => !task.Observed.State.IsFinal) == 6,
            "six run elsewhere and no other");
        await stop.CancelAsync();
        await watching;
        least.ShouldBe(6);
        (await Cluster.Nodes[2].ProcessesAsync()).ShouldBeEmpty();
        after.Tasks.Count(task => task.Node == Cluster.Nodes[2].Id && task.Observed.State == TaskState.Shutdown).ShouldBe(2);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(60, false)]
    public async Task Link_Cut_RestartsNothingWhenShortAndLeavesNoTaskTwiceWhenLong(int seconds, bool isShort)
    {
        await Service.ApplyAsync(TestSpecs.Sleeper("web", 6));
        await Client.UntilRunningAsync(s_name, 6);
        var node = Cluster.Nodes[0];
        var before = await ProcessesAsync();

        // Just after it was heard, so that it is silent for no longer than the link is cut.
        var heard = (await Client.Node(node.Id).GetAsync())!.Status.LastHeardAt;
        await ClusterClient.UntilAsync(async () => await Client.Node(node.Id).GetAsync(), seen => seen!.Status.LastHeardAt != heard, "it is heard again");
        await node.Machine.CutLinkAsync();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        if (!isShort) await Client.UntilAsync(s_name, status => ClusterClient.Running(status).Count(task => task.Node != node.Id) == 6, "six run elsewhere");
        await node.Machine.RestoreLinkAsync();
        await Client.UntilAsync(s_name, _ => true, "the manager answers");
        await Client.UntilReadyAsync(node.Id);

        await Client.UntilRunningAsync(s_name, 6);
        if (isShort)
        {
            (await ProcessesAsync()).ShouldBe(before, ignoreOrder: true);
            return;
        }

        // The copies that have replacements get their stop signal when the node reports them.
        await UntilAsync(async () => (await node.ProcessesAsync()).Count == 0);
        (await ProcessesAsync()).Count.ShouldBe(6);
    }

    [Fact]
    public async Task Job_ThatFails_IsTriedAgainUntilItsRetriesAreUsedUp()
    {
        var spec = TestSpecs.Sleeper("web") with
        {
            Mode = ServiceMode.Job,
            Replicas = null,
            Job = JobSpec.Default with { Retries = 2 },
            Update = UpdateSpec.Default,
            Restart = RestartSpec.Default with { Backoff = TimeSpan.FromMilliseconds(100) },
        };
        await Service.ApplyAsync(spec with { Container = spec.Container with { Command = ["/bin/sh", "-c", "exit 3"] } });

        var failed = await Client.UntilAsync(s_name, status => status.FinishedRuns.Length == 1, "the run has ended");
        failed.FinishedRuns[0].Succeeded.ShouldBe(false);
        failed.FinishedRuns[0].Failed.ShouldBe(3);
        failed.Tasks.ShouldAllBe(task => task.Observed.ExitCode == 3);

        await Service.ApplyAsync(spec with { Container = spec.Container with { Command = ["/bin/true"] } });
        var done = await Client.UntilAsync(s_name, status => status.FinishedRuns.Length == 2, "the second run has ended");
        done.FinishedRuns[1].Succeeded.ShouldBe(true);
    }

    [Fact]
    public async Task Manager_KilledAgainAndAgainInARollout_TheRolloutEndsAndTasksStayUp()
    {
        var spec = TestSpecs.Sleeper("web", 6) with { Update = UpdateSpec.Default with { Parallelism = 2, Monitor = TimeSpan.FromMilliseconds(500) } };
        await Service.ApplyAsync(spec);
        await Client.UntilRunningAsync(s_name, 6);

        var wanted = await Service.ApplyAsync(spec with { Container = spec.Container with { Env = spec.Container.Env.Add("VERSION", "2") } });
        for (var kill = 0; kill < 6; kill++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(150 * kill));
            await Cluster.RestartManagerAsync();
            (await ProcessesAtOnceAsync()).Count.ShouldBeInRange(6, 8);
        }

        var after = await Client.UntilAsync(
            s_name,
            status => ClusterClient.Running(status).Count(task => task.SpecVersion == wanted.Version) == 6 && status.Tasks.Count(task => !task.Observed.State.IsFinal) == 6,
            "all six are of the new version");
        after.Rollout!.To.ShouldBe(wanted.Version);
        (await ProcessesAsync()).Keys.Order().ShouldBe(ClusterClient.Running(after).Select(task => task.Id).Order());
    }

    [Fact]
    public async Task Image_ThatIsNotThere_SaysWhyAndWaitsLongerEachTime()
    {
        var spec = TestSpecs.Sleeper("web");
        await Service.ApplyAsync(spec with { Container = spec.Container with { Image = "127.0.0.1:9/none:1" } });

        var status = await Client.UntilAsync(s_name, status => status.Tasks.Count(task => task.Observed.State.IsFinal) >= 2 && status.NextAt is not null, "it was tried twice");
        status.Tasks.Where(task => task.Observed.State.IsFinal).ShouldAllBe(task => task.Observed.Reason.Contains("127.0.0.1:9/none:1", StringComparison.Ordinal));
        status.Revision.ImageProblem.ShouldNotBeNull().ShouldStartWith("127.0.0.1:9/none:1 was not resolved: ");
    }

    [Fact]
    public async Task Image_OfAMovedTag_AllTasksRunWhatItMeantAtFirst()
    {
        var spec = TestSpecs.Sleeper("web", 2);
        spec = spec with { Container = spec.Container with { Image = "example.test/moving:1" } };
        var first = await Cluster.Registry.PushAsync("moving", "1", Variant("first"));
        await Service.ApplyAsync(spec);
        var two = await Client.UntilRunningAsync(s_name, 2);
        two.Revision.Version.ShouldBe(1);
        two.Revision.Image!.Reference.ShouldBe($"example.test/moving@{first.Digest}");
        two.Revision.Image.Platforms.Select(platform => platform.ToString()).ShouldBe(["linux/" + TestPlatform.Architecture]);

        var second = await Cluster.Registry.PushAsync("moving", "1", Variant("second"));
        second.Digest.ShouldNotBe(first.Digest);
        await Service.ScaleAsync(6);
        await Client.UntilRunningAsync(s_name, 6);
        (await ImagesAsync()).ShouldBe(Enumerable.Repeat($"example.test/moving@{first.Digest}", 6));

        // Another service is another question, once the answer to this one is old.
        var other = new ServiceName("other");
        await Task.Delay(TimeSpan.FromSeconds(6));
        try
        {
            await Client.Service(other).ApplyAsync(spec with { Name = other });
            (await Client.UntilRunningAsync(other, 2)).Revision.Image!.Reference.ShouldBe($"example.test/moving@{second.Digest}");
        }
        finally
        {
            await Client.Service(other).RemoveAsync();
            await Client.UntilGoneAsync(other);
        }

        static TestImage Variant(string name) =>
            TestImage.Create("example.test/moving:1", [TestLayer.Busybox()], new() { ["Cmd"] = new JsonArray("/bin/sh"), ["Labels"] = new JsonObject { ["variant"] = name } });
    }

    [Fact]
    public async Task Image_ThatNodesHaveAndManagersKnow_NeedsNoRegistryAgain()
    {
        await Service.ApplyAsync(TestSpecs.Sleeper("web", 3));
        var running = await Client.UntilRunningAsync(s_name, 3);
        running.Revision.Image!.Reference.ShouldBe("example.test/busybox@" + TestImage.Busybox(TestSpecs.Image).Digest);

        // What nodes have under a tag is what they are asked for by digest.
        (await ImagesAsync()).ShouldBe(Enumerable.Repeat(TestSpecs.Image, 3));
        (await Cluster.Registry.RequestsAsync()).ShouldNotContain(request => request.StartsWith("GET /v2/busybox/blobs/" + TestImage.DigestOf(TestImage.Busybox(TestSpecs.Image).Layers[0]), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Task_ThatFitsNowhere_SaysWhyAndRunsOnceItFits()
    {
        await Service.ApplyAsync(TestSpecs.Sleeper("web") with { Placement = new() { Constraints = ["node.labels.zone==eu"] } });
        await Client.UntilAsync(
            s_name, status => status.Tasks.Any(task => task.Observed.Reason.Contains("no suitable node: 3 fail node.labels.zone==eu", StringComparison.Ordinal)), "the reason is told");

        await Client.Node(Cluster.Nodes[1].Id).UpdateAsync(
            NodeSpec.Default with { Labels = ImmutableSortedDictionary<string, string>.Empty.Add("zone", "eu") });

        (await Client.UntilRunningAsync(s_name, 1)).Tasks.Last().Node.ShouldBe(Cluster.Nodes[1].Id);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("exec")]
    public async Task Readiness_AsTheContainerSays_ComesAndGoes(string way)
    {
        var probe = way == "http" ? new ProbeSpec { Http = new() { Port = 8080, Path = "/ready" } } : new ProbeSpec { Exec = ["/bin/test", "-e", "/www/ready"] };
        var spec = WebServer();
        await Service.ApplyAsync(spec with { Container = spec.Container with { Readiness = probe with { Interval = s_probeInterval, Retries = 1, StartPeriod = s_limit } } });

        var task = (await UntilHealthAsync(TaskHealth.Starting)).Single();
        task.Observed.IsReady().ShouldBeFalse();

        // It runs a moment before its shell has made the folder.
        await InContainerAsync(task, "/bin/timeout", "60", "/bin/sh", "-c", "until touch /www/ready; do sleep 0.1; done");
        (await UntilHealthAsync(TaskHealth.Ready)).Single().Id.ShouldBe(task.Id);
        await InContainerAsync(task, "/bin/rm", "/www/ready");
        (await UntilHealthAsync(TaskHealth.Unready)).Single().Id.ShouldBe(task.Id);
    }

    [Fact]
    public async Task Liveness_PortThatClosesWhileTheProcessRuns_IsReplaced()
    {
        var spec = WebServer();
        await Service.ApplyAsync(spec with { Container = spec.Container with { Liveness = new() { TcpPort = 8080, Interval = s_probeInterval, Retries = 2, StartPeriod = s_limit } } });
        var task = ClusterClient.Running(await Client.UntilRunningAsync(s_name, 1)).Single();

        // It runs a moment before its shell has started the server. That it has been found open is the end of the start period.
        var opened = $"Liveness of {task.Id} went from Starting to Healthy";
        var node = Cluster.Nodes.Single(node => node.Id == task.Node);
        await UntilAsync(() => Task.FromResult(node.Logged.Any(line => line.Contains(opened, StringComparison.Ordinal))));
        await InContainerAsync(task, "/bin/killall", "httpd");

        var after = await Client.UntilAsync(
            s_name, status => ClusterClient.Running(status).Any(other => other.Id.Generation > task.Id.Generation), "the replacement runs");
        var ended = after.Tasks.Single(other => other.Id == task.Id).Observed;
        ended.State.ShouldBe(TaskState.Failed);
        ended.Reason.ShouldContain("liveness");
    }

    // Kills the container of a slot; from its end to the beginning of its successor.
    private async Task<TimeSpan> ReplacedAfterAsync(TaskSlot slot)
    {
        var before = await Client.UntilRunningAsync(s_name, 3);
        var victim = ClusterClient.Running(before).Single(task => task.Id.Slot == slot);
        var node = Cluster.Nodes.Single(node => node.Id == victim.Node);

        await node.Machine.Containerd.CtrAsync("tasks", "kill", "--signal", "SIGKILL", victim.Id.ToString());

        var after = await Client.UntilAsync(
            s_name, status => ClusterClient.Running(status).Count() == 3 && ClusterClient.Running(status).All(task => task.Id != victim.Id), "the replacement runs");
        var ended = after.Tasks.Single(task => task.Id == victim.Id).Observed;
        ended.State.ShouldBe(TaskState.Failed);
        ended.ExitCode.ShouldBe(137);
        var replacement = ClusterClient.Running(after).Single(task => task.Id.Slot == victim.Id.Slot);
        replacement.Id.Generation.ShouldBeGreaterThan(victim.Id.Generation);
        return replacement.Observed.StartedAt!.Value - ended.FinishedAt!.Value;
    }

    // Its processes run on when the server in it has ended.
    private static ServiceSpec WebServer()
    {
        var spec = TestSpecs.Sleeper("web");
        return spec with
        {
            Container = spec.Container with
            {
                Command = ["/bin/sh", "-c", "mkdir /www; httpd -p 8080 -h /www; trap 'exit 0' TERM; sleep 100000 & wait"],
                Network = new() { Mode = NetworkMode.Bridge },
            },
        };
    }

    private async Task<IEnumerable<TaskRecord>> UntilHealthAsync(TaskHealth health) => ClusterClient.Running(await Client.UntilAsync(
        s_name, status => ClusterClient.Running(status).Any(task => task.Observed.Health == health), $"a task is {health}"));

    private Task InContainerAsync(TaskRecord task, params string[] command) => Cluster.Nodes.Single(node => node.Id == task.Node).Machine.Containerd.CtrAsync(
        ["tasks", "exec", "--exec-id", "test-" + Path.GetRandomFileName(), task.Id.ToString(), .. command]);

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(s_limit);
        while (!await isSo()) await Task.Delay(50, limit.Token);
    }

    private async Task<IEnumerable<string>> ImagesAsync()
    {
        var all = new List<string>();
        foreach (var node in Cluster.Nodes)
        {
            // CONTAINER IMAGE RUNTIME, after a line with these words.
            var lines = (await node.Machine.Containerd.CtrAsync("containers", "ls")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1);
            all.AddRange(lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words[0].StartsWith("web.", StringComparison.Ordinal))
                .Select(words => words[1]));
        }

        return all;
    }

    /// <summary>What runs at one moment while tasks come and go: the nodes are looked at one after the other, until two rounds see the same.</summary>
    private async Task<Dictionary<TaskId, int>> ProcessesAtOnceAsync()
    {
        using var limit = new CancellationTokenSource(s_limit);
        for (var before = await ProcessesAsync(); ;)
        {
            var now = await ProcessesAsync();
            if (now.Count == before.Count && !now.Except(before).Any()) return now;
            limit.Token.ThrowIfCancellationRequested();
            before = now;
        }
    }

    private async Task<Dictionary<TaskId, int>> ProcessesAsync()
    {
        var all = new Dictionary<TaskId, int>();
        foreach (var node in Cluster.Nodes)
        {
            foreach (var (task, process) in await node.ProcessesAsync()) all.Add(task, process);
        }

        return all;
    }
}
