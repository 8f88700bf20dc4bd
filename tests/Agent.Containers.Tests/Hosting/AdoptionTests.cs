using Warren.Agent.Containers.Tests.Hosting.Support;
using Warren.Agent.Containers.Tests.Network.Support;
using Warren.Agent.Runtime;
using Warren.TestSupport.Processes;

namespace Warren.Agent.Containers.Tests.Hosting;

/// <summary>An agent that is killed and started again, and what it does with the containers that it finds.</summary>
public sealed class AdoptionTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    private readonly HostedNode _node = new() { StrayGrace = TimeSpan.FromSeconds(15) };

    public Task InitializeAsync() => _node.InitializeAsync();

    public Task DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task AgentKilled_ContainersRun_NextOneAdoptsThemAndTellsOfExits()
    {
        var stays = HostedNode.Order("stays.1", new() { Image = HostedNode.Image, Ports = [Ports.Tcp(8080, 8088)] });
        var ends = HostedNode.Order("ends.1", new() { Image = HostedNode.Image, Command = ["/bin/sh", "-c", "trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done"] });
        var before = await _node.StartAsync(stays);
        var ending = (await _node.StartAsync(ends)).Process.ShouldNotBeNull();
        await _node.SaidAsync("stays.1", "Stdout: ready");
        await _node.SaidAsync("ends.1", "Stdout: ready");
        await _node.KillAgentAsync();

        var askedAt = TimeProvider.System.GetUtcNow();
        TestSupport.Processes.Signals.Send(ending, Signal.Terminate).ShouldBeTrue();
        await StoppedAsync();
        var stoppedAt = TimeProvider.System.GetUtcNow();
        // Without an agent traffic goes on.
        using (await _node.Machine.Lan.ConnectAsync(TestNode.Address4, 8088))
        {
            // Connected.
        }
        var found = await _node.StartAgentAsync();

        found.Select(container => container.Id).ShouldBe(["ends.1", "stays.1"]);
        found[1].ShouldBe(before);
        (found[0].State, found[0].ExitCode).ShouldBe((ContainerState.Exited, 7));
        found[0].ExitAt.ShouldNotBeNull().ShouldBeInRange(askedAt, stoppedAt);
        (await _node.StartAsync(stays)).ShouldBe(before);
        await _node.DoAsync("remove", "stays.1");
        await _node.DoAsync("remove", "ends.1");
        (await _node.LeftoversAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Strays_AfterTheirGrace_AreRemovedAndNobodyElses()
    {
        // Before an agent sees them: two that no agent made, and one of another namespace.
        await _node.KillAgentAsync();
        await _node.Containerd.CtrAsync("run", "-d", HostedNode.Image, "foreign", "/probe", "trap");
        await Tool.RunAsync("ctr", "--address", _node.Containerd.Socket, "--namespace", "elsewhere", "containers", "create", "--snapshotter", "native", "--config", await SpecFileAsync(), "else.1");
        await _node.Containerd.CtrAsync("run", "-d", HostedNode.Image, "No_Name", "/probe", "trap");

        await _node.StartAgentAsync();
        await _node.StartAsync(HostedNode.Order("own.1", new() { Image = HostedNode.Image }));

        await _node.LogAsync("The container foreign is a stray (nobody ordered it) and is removed in 00:00:15");
        await _node.LogAsync("No_Name in namespace " + _node.Containerd.Namespace + " has no name that Warren gives and is removed in 00:00:15");
        (await _node.DoAsync("list")).Containers.Select(container => container.Id).ShouldBe(["foreign", "own.1"]);
        (await _node.Containerd.CtrAsync("tasks", "ls", "-q")).ShouldContain("No_Name");
        await _node.LogAsync("The container foreign is removed: nobody ordered it");
        await ListedUntilGoneAsync("foreign");
        await ListedUntilGoneAsync("No_Name");
        (await _node.DoAsync("list")).Containers.Select(container => container.Id).ShouldBe(["own.1"]);
        await _node.DoAsync("remove", "own.1");
        (await _node.LeftoversAsync()).ShouldBeEmpty();
        (await Tool.RunAsync("ctr", "--address", _node.Containerd.Socket, "--namespace", "elsewhere", "containers", "ls", "-q")).Trim().ShouldBe("else.1");
    }

    // An agent lists at every event, and otherwise once a minute.
    private async Task ListedUntilGoneAsync(string id)
    {
        using var limit = new CancellationTokenSource(s_limit);
        while ((await _node.Containerd.CtrAsync("containers", "ls", "-q")).Contains(id, StringComparison.Ordinal))
        {
            await _node.DoAsync("list");
            await Task.Delay(50, limit.Token);
        }
    }

    // Until containerd has noted the end of one of them.
    private async Task StoppedAsync()
    {
        using var limit = new CancellationTokenSource(s_limit);
        while (!(await _node.Containerd.CtrAsync("tasks", "ls")).Contains("STOPPED", StringComparison.Ordinal)) await Task.Delay(20, limit.Token);
    }

    private async Task<string> SpecFileAsync()
    {
        var file = Path.Combine(_node.NewFolder("spec"), "config.json");
        await File.WriteAllTextAsync(file, """{"ociVersion":"1.0.2","process":{"args":["/x"],"cwd":"/"},"root":{"path":"rootfs"}}""");
        return file;
    }
}
