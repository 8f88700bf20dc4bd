using System.Collections.Immutable;
using Warren.Agent.Runtime;
using Warren.Agent.Tests.Assignments;
using Warren.Agent.Tests.Managers;
using Warren.Containers;
using Warren.Tasks;
using Warren.TestSupport;

namespace Warren.Agent.Tests.Tasks;

/// <summary>What an agent does about its tasks, on fake containers.</summary>
public sealed class TaskKeeperTests : IAsyncLifetime
{
    private readonly TempFolder _folder = TempFolder.Create("keeper");
    private readonly ScriptedNode _node = new();
    private TestAgent _agent = null!;
    private long _version;

    public async Task InitializeAsync() => _agent = await TestAgent.StartAsync(_folder.Path, _node);

    public async Task DisposeAsync()
    {
        await _agent.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Assign_Running_IsToldWithStartAddressAndPorts()
    {
        await AssignAsync(new ContainerSpec { Image = "r.test/app:1", Ports = [new() { ContainerPort = 80, HostPort = 8080 }] });
        var running = await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        running.StartedAt.ShouldNotBeNull();
        running.Addresses.ShouldHaveSingleItem().ShouldStartWith("10.");
        (running.Ports.ShouldHaveSingleItem().ContainerPort, running.Ports[0].HostPort).ShouldBe((80, 8080));
        running.IsReady().ShouldBeTrue();
        (await FindAsync()).ShouldNotBeNull().OwnerLabels[OwnerLabels.Task].ShouldBe("web.1.1");
    }

    [Theory]
    [InlineData("r.test/app:fake.after-1ms", TaskState.Complete, 0, false, "")]
    [InlineData("r.test/app:fake.after-1ms.exit-3", TaskState.Failed, 3, false, "its process ended with exit code 3")]
    [InlineData("r.test/app:fake.after-1ms.oom", TaskState.Failed, 137, true, "its memory limit was reached and the kernel killed it")]
    public async Task Process_Ends_IsToldWithItsCodeAndTime(string image, TaskState state, int code, bool outOfMemory, string reason)
    {
        await AssignAsync(new ContainerSpec { Image = image });
        var end = await _node.WaitAsync(Wanted.Id(1), state);
        (end.ExitCode, end.OutOfMemory, end.Reason).ShouldBe((code, outOfMemory, reason));
        end.FinishedAt.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(end.StartedAt.ShouldNotBeNull());

        // Its output is kept until it is to be removed.
        (await FindAsync()).ShouldNotBeNull().State.ShouldBe(ContainerState.Exited);
    }

    [Theory]
    [InlineData("r.test/missing:1", TaskState.Rejected)]
    [InlineData("r.test/wrong-platform:1", TaskState.Rejected)]
    [InlineData("r.test/unauthorized:1", TaskState.Failed)]
    [InlineData("r.test/unavailable:1", TaskState.Failed)]
    [InlineData("r.test/no-space:1", TaskState.Failed)]
    [InlineData("r.test/app:fake.missing-server", TaskState.Rejected)]
    public async Task Start_Impossible_IsToldOnceWithTheReason(string image, TaskState state)
    {
        await AssignAsync(new ContainerSpec { Image = image });
        var end = await _node.WaitAsync(Wanted.Id(1), state);
        end.Reason.ShouldContain(image.Contains("server", StringComparison.Ordinal) ? "server" : image[..image.LastIndexOf(':')]);
        (await FindAsync()).ShouldBeNull();

        // It is not tried again: that is the service's to decide.
        await PushAsync(Wanted.Task(1, DesiredState.Leaving));
        await AssignAsync(new ContainerSpec { Image = "r.test/app:1" }, slot: 2);
        await _node.WaitAsync(Wanted.Id(2), TaskState.Running);
        _node.OutcomesOf(Wanted.Id(1)).Select(report => report.Observed.State).Distinct().ShouldBe([state]);
    }

    [Fact]
    public async Task Start_FileWhoseLabelIsMissing_IsRejectedWithItsPlace()
    {
        var file = Wanted.File("a={{node.id}}\nb={{node.labels.rack}}", isSecret: false) with { IsTemplate = true };
        await _node.PushAsync(Wanted.Change(_version, ++_version, [Wanted.Template(files: file)], Wanted.Task(1)));
        (await _node.WaitAsync(Wanted.Id(1), TaskState.Rejected)).Reason.ShouldBe(
            "its file /etc/app.conf is a template that cannot be filled in on this node: line 2, column 3: the node has no label rack; set it, or write {{node.labels.rack | default \"TEXT\"}}");
        (await FindAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Shutdown_Running_StopsAndKeepsTheContainerUntilRemoved()
    {
        await AssignAsync(new ContainerSpec { Image = "r.test/app:1" });
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        await PushAsync(Wanted.Task(1, DesiredState.Shutdown, reason: "scaled from 1 to 0"));
        var end = await _node.WaitAsync(Wanted.Id(1), TaskState.Shutdown);
        (end.ExitCode, end.Reason).ShouldBe((0, "scaled from 1 to 0"));
        (await FindAsync()).ShouldNotBeNull().State.ShouldBe(ContainerState.Exited);
        await PushAsync(Wanted.Task(1, DesiredState.Removed));
        await _node.WaitForCleanedAsync(Wanted.Id(1));
        (await FindAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Shutdown_Stubborn_IsKilledAfterItsGrace()
    {
        await AssignAsync(new ContainerSpec { Image = "r.test/app:fake.stubborn", StopGracePeriod = TimeSpan.FromMilliseconds(50) });
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        await PushAsync(Wanted.Task(1, DesiredState.Shutdown));
        (await _node.WaitAsync(Wanted.Id(1), TaskState.Shutdown)).ExitCode.ShouldBe(137);
    }

    [Fact]
    public async Task Shutdown_InTheMiddleOfAStart_BreaksItOffAndLeavesNothing()
    {
        await AssignAsync(new ContainerSpec { Image = "r.test/app:fake.delay-1h" });
        await _node.WaitAsync(Wanted.Id(1), TaskState.Preparing);
        await PushAsync(Wanted.Task(1, DesiredState.Shutdown, reason: "not wanted any more"));
        (await _node.WaitAsync(Wanted.Id(1), TaskState.Shutdown)).Reason.ShouldBe("not wanted any more");
        (await FindAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Removed_InTheMiddleOfAStop_GoesWhenItHasEnded()
    {
        await AssignAsync(new ContainerSpec { Image = "r.test/app:fake.stubborn", StopGracePeriod = TimeSpan.FromMilliseconds(200) });
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        await PushAsync(Wanted.Task(1, DesiredState.Shutdown));
        await PushAsync(Wanted.Task(1, DesiredState.Removed));
        await _node.WaitForCleanedAsync(Wanted.Id(1));
        _node.ReportsOf(Wanted.Id(1))[^1].Observed.State.ShouldBe(TaskState.Shutdown);
        (await FindAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Leaving_Running_GoesOn()
    {
        await AssignAsync(new ContainerSpec { Image = "r.test/app:1" });
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        await PushAsync(Wanted.Task(1, DesiredState.Leaving));
        await AssignAsync(new ContainerSpec { Image = "r.test/app:1" }, slot: 2);
        await _node.WaitAsync(Wanted.Id(2), TaskState.Running);
        (await FindAsync()).ShouldNotBeNull().State.ShouldBe(ContainerState.Running);
    }

    [Fact]
    public async Task Starts_WhoseImagesComeSlowly_DoNotHoldUpOthers()
    {
        // More slow ones than may be made at once.
        var slow = Enumerable.Range(2, 20).ToArray();
        var template = Wanted.Template(image: "r.test/slow:1");
        await _node.PushAsync(Wanted.Change(_version, ++_version, [template], [.. slow.Select(slot => Wanted.Task(slot))]));
        await AssignAsync(new ContainerSpec { Image = "r.test/app:1" }, version: 2);
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        slow.ShouldAllBe(slot => _node.ReportsOf(Wanted.Id(slot)).All(report => report.Observed.State != TaskState.Running));
    }

    [Fact]
    public async Task Liveness_Fails_EndsTheTaskAsFailed()
    {
        await AssignAsync(new ContainerSpec
        {
            Image = "r.test/app:1",
            Network = new() { Mode = NetworkMode.Host },
            Liveness = new() { TcpPort = LocalPorts.Next(), Interval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(1), Retries = 2 },
        });
        var end = await _node.WaitAsync(Wanted.Id(1), TaskState.Failed);
        end.Reason.ShouldStartWith("its liveness probe failed: 2 checks in a row failed");
        (await FindAsync()).ShouldNotBeNull().State.ShouldBe(ContainerState.Exited);
    }

    [Fact]
    public async Task Readiness_Changes_IsTold()
    {
        using var server = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        server.Start();
        await AssignAsync(new ContainerSpec
        {
            Image = "r.test/app:1",
            Network = new() { Mode = NetworkMode.Host },
            Readiness = new()
            {
                TcpPort = ((System.Net.IPEndPoint)server.LocalEndpoint).Port,
                Interval = TimeSpan.FromMilliseconds(100),
                Timeout = TimeSpan.FromSeconds(5),
                Retries = 1,
            },
        });
        (await _node.WaitAsync(Wanted.Id(1), observed => observed.IsReady())).Health.ShouldBe(TaskHealth.Ready);
        server.Stop();
        (await _node.WaitAsync(Wanted.Id(1), observed => observed.Health == TaskHealth.Unready)).State.ShouldBe(TaskState.Running);
        (await FindAsync()).ShouldNotBeNull().State.ShouldBe(ContainerState.Running);
    }

    [Fact]
    public async Task Container_RemovedBehindTheAgent_IsToldAsFailed()
    {
        await AssignAsync(new ContainerSpec { Image = "r.test/app:1" });
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        await _agent.Runtime.RemoveAsync(new("web.1.1"), CancellationToken.None);
        var end = await _node.WaitAsync(Wanted.Id(1), TaskState.Failed);
        (end.ExitCode, end.Reason).ShouldBe((null, "its end was not seen: the machine or its container runtime went down with it"));
    }

    [Fact]
    public async Task Assign_WithoutTemplate_WaitsForIt()
    {
        await PushAsync(Wanted.Task(1, version: 7));
        await AssignAsync(new ContainerSpec { Image = "r.test/app:1" }, slot: 2);
        await _node.WaitAsync(Wanted.Id(2), TaskState.Running);
        _node.ReportsOf(Wanted.Id(1)).ShouldBeEmpty();
        await _node.PushAsync(Wanted.Change(_version, ++_version, [Wanted.Template(7)], Wanted.Task(1, version: 7)));
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
    }

    [Fact]
    public async Task Dropped_WithoutRemoval_IsRemovedAllTheSame()
    {
        await AssignAsync(new ContainerSpec { Image = "r.test/app:1" });
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        await _node.PushAsync(Wanted.Drop(_version, ++_version, Wanted.Id(1)));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var happened in _agent.Runtime.WatchAsync(limit.Token))
        {
            if (await FindAsync() is null) break;
        }

        (await FindAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Pull_OfAnImage_TellsTheImages()
    {
        await AssignAsync(new ContainerSpec { Image = "r.test/app:1" });
        await _node.WaitForAsync(() => _node.Images.Contains("r.test/app:1"), "the images");
    }

    private Task AssignAsync(ContainerSpec spec, int slot = 1, long version = 1)
    {
        var template = Wanted.Template(spec) with { Version = version == 1 ? slot : version };
        return _node.PushAsync(Wanted.Change(_version, ++_version, [template], Wanted.Task(slot, version: template.Version)));
    }

    private Task PushAsync(params ImmutableArray<Nodes.TaskAssignment> tasks) =>
        _node.PushAsync(Wanted.Change(_version, ++_version, [], [.. tasks]));

    private Task<ContainerStatus?> FindAsync() => _agent.Runtime.FindAsync(new("web.1.1"), CancellationToken.None);
}
