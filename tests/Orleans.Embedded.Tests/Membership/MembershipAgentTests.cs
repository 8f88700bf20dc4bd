using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Embedded.Tests.Testing;
using Orleans.Runtime.Membership;
using static Orleans.Embedded.Tests.Membership.Cluster;

namespace Orleans.Embedded.Tests.Membership;

/// <summary>The agent around the machine: its loop, its calls and its ends. What it decides is tested without it.</summary>
public sealed class MembershipAgentTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Join_ThreeSilos_AllSeeOneAnother()
    {
        await using var network = new AgentNetwork();
        var hosts = await Task.WhenAll(network.StartAsync(1), network.StartAsync(2), network.StartAsync(3));

        foreach (var host in hosts) (await host.ViewAsync(view => view.Active.Length == 3)).Find(host.Address)!.GatewayPort.ShouldBe(2390);
        // A busy machine may make it warn of a pause.
        hosts[0].Log.Lines.ShouldAllBe(line => line.Level < LogLevel.Error);
    }

    [Fact]
    public async Task Kill_OfOneSilo_IsKnownToTheOthersAndTheirClients()
    {
        await using var network = new AgentNetwork();
        var hosts = new[] { await network.StartAsync(1), await network.StartAsync(2), await network.StartAsync(3) };
        foreach (var host in hosts) await host.ViewAsync(view => view.Active.Length == 3);
        network.Sent.Clear();
        var watch = Stopwatch.StartNew();

        await network.KillAsync(hosts[1]);

        foreach (var host in new[] { hosts[0], hosts[2] }) await host.ViewAsync(view => view.StatusOf(Silo(2)) == SiloStatus.Dead);
        // The bound by the clock of a simulation is 1.5 s; this one runs on a machine that is busy with other tests.
        watch.Elapsed.ShouldBeLessThan(s_limit);
        await network.WhenSentAsync(sent => sent.ToClients && sent.Message.View?.StatusOf(Silo(2)) == SiloStatus.Dead, count: 2);
    }

    [Fact]
    public async Task DeclaredDead_WhileAlive_IsToldOnceAndDoesNothingMore()
    {
        await using var network = new AgentNetwork();
        var host = await network.StartAsync(1);
        await DeclareDeadAsync(network.Table, Silo(1));

        host.Agent.OnHint("a peer says so");

        (await host.Death.WaitAsync(s_limit)).ShouldContain("declared this silo dead");
        host.Agent.OnHint("again");
        host.Agent.OnGossip([]).ShouldBeTrue();
        (await host.Agent.LeaveAsync(default)).ShouldBeTrue();
        host.Deaths.ShouldBe(1);
    }

    [Fact]
    public async Task DeclaredDead_HeardByGossip_StopsAtOnce()
    {
        await using var network = new AgentNetwork();
        var host = await network.StartAsync(1);

        host.OnGossipOf(View(1000, Member(Silo(1), SiloStatus.Dead), Member(Silo(2))));

        await host.Death.WaitAsync(s_limit);
        host.Views.Current.Version.Value.ShouldBe(1000);
    }

    [Fact]
    public async Task Join_LaterLifeAtTheEndpoint_ThrowsTheReason()
    {
        await using var network = new AgentNetwork();
        await network.StartAsync(1);
        var older = network.Add(1, generation: 0);

        var failure = await Should.ThrowAsync<OrleansException>(older.Agent.JoinAsync(default).WaitAsync(s_limit));

        failure.Message.ShouldContain("clock went back");
        older.Deaths.ShouldBe(0);
    }

    [Fact]
    public async Task Join_Cancelled_CanStillLeave()
    {
        await using var network = new AgentNetwork { OnProbe = _ => Task.FromResult(ProbeResult.TimedOut) };
        await network.StartAsync(1);
        var second = network.Add(2);
        using var cancel = new CancellationTokenSource();
        var join = second.Agent.JoinAsync(cancel.Token);
        await second.ViewAsync(view => view.StatusOf(Silo(2)) == SiloStatus.Joining);

        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(join);

        (await second.Agent.LeaveAsync(default)).ShouldBeTrue();
        (await network.Table.ReadAll()).TryGet(Silo(2))!.Item1.Status.ShouldBe(SiloStatus.Dead);
    }

    [Fact]
    public async Task Leave_InGoodOrder_WritesBothStepsAndTellsTheOthers()
    {
        await using var network = new AgentNetwork();
        var (leaver, other) = (await network.StartAsync(1), await network.StartAsync(2));
        await leaver.ViewAsync(view => view.Active.Length == 2);

        (await leaver.Agent.LeaveRingAsync(isGraceful: true, default)).ShouldBeTrue();
        leaver.Views.Current.StatusOf(Silo(1)).ShouldBe(SiloStatus.ShuttingDown);
        (await other.ViewAsync(view => view.Active.Length == 1)).StatusOf(Silo(1)).ShouldBe(SiloStatus.ShuttingDown);

        (await leaver.Agent.LeaveAsync(default)).ShouldBeTrue();
        await other.ViewAsync(view => view.StatusOf(Silo(1)) == SiloStatus.Dead);
        leaver.Deaths.ShouldBe(0);
        await leaver.Agent.DisposeAsync();
    }

    [Fact]
    public async Task Leave_BeforeJoining_DoesNothing()
    {
        await using var network = new AgentNetwork();
        var host = network.Add(1);

        (await host.Agent.LeaveRingAsync(isGraceful: true, default)).ShouldBeTrue();
        (await host.Agent.LeaveAsync(default)).ShouldBeTrue();

        await Should.ThrowAsync<ObjectDisposedException>(async () => await host.Agent.JoinAsync(default));
    }

    [Fact]
    public async Task Leave_TableHangs_GivesUpInTime()
    {
        var (time, table) = (new FakeTime(), new FaultyTable());
        await using var network = new AgentNetwork { Table = table, Time = time };
        var host = await network.StartAsync(1);
        var isCalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        table.Before = _ =>
        {
            isCalled.TrySetResult();
            return new TaskCompletionSource().Task;
        };

        var leave = host.Agent.LeaveAsync(default);
        await isCalled.Task.WaitAsync(s_limit);
        time.Advance(TimeSpan.FromSeconds(5));

        (await leave.WaitAsync(s_limit)).ShouldBeFalse();
        host.Log.Lines.ShouldContain(line => line.Text.Contains("Dead could not be written within"));
    }

    [Fact]
    public async Task Table_Hangs_IsGivenUpAndReportedOnce()
    {
        var (time, table) = (new FakeTime(), new FaultyTable());
        await using var network = new AgentNetwork { Table = table, Time = time };
        var host = await network.StartAsync(1);
        table.Before = _ => new TaskCompletionSource().Task;

        await RunAsync(time, TimeSpan.FromSeconds(90));
        await host.Log.WhenAsync("cannot be reached");
        host.Agent.IsTableReachable.ShouldBeFalse();
        host.Log.Lines.Count(line => line.Text.Contains("cannot be reached")).ShouldBe(1);
        host.Views.Current.Active.ShouldBe([Silo(1)]);

        table.Before = _ => Task.CompletedTask;
        await RunAsync(time, TimeSpan.FromSeconds(20));
        await host.Log.WhenAsync("can be reached again");
        host.Agent.IsTableReachable.ShouldBeTrue();
        host.Log.Lines.Count(line => line.Text.Contains("can be reached again")).ShouldBe(1);
        host.Log.Lines.ShouldNotContain(line => line.Text.Contains("stood still"));
        host.Deaths.ShouldBe(0);
    }

    [Fact]
    public async Task Clock_JumpsBetweenTicks_IsAPause()
    {
        const string Pause = "This process stood still for ";
        var time = new FakeTime();
        await using var network = new AgentNetwork { Time = time };
        var host = await network.StartAsync(1);

        time.Advance(TimeSpan.Zero);
        time.WallClockOffset = TimeSpan.FromMinutes(10);
        await RunAsync(time, TimeSpan.FromSeconds(1));

        await host.Log.WhenAsync(Pause);
        var rest = host.Log.Lines.Where(line => line.Text.StartsWith(Pause, StringComparison.Ordinal)).ShouldHaveSingleItem().Text[Pause.Length..];
        // The first to be handled after the jump may be the tick, or an answer of the table that comes up to its period earlier.
        TimeSpan.Parse(rest[..rest.IndexOf(". ", StringComparison.Ordinal)], CultureInfo.InvariantCulture)
            .ShouldBeInRange(TimeSpan.FromMinutes(10) - MembershipSettings.TickPeriodAlone, TimeSpan.FromMinutes(10));
        host.Deaths.ShouldBe(0);
    }

    [Fact]
    public async Task Prober_ThrowsOrNeverEnds_CountsAsNoAnswer()
    {
        var (time, probes) = (new FakeTime(), 0);
        await using var network = new AgentNetwork { Time = time };
        var (host, other) = (await network.StartAsync(1), await network.StartAsync(2));
        await host.ViewAsync(view => view.Active.Length == 2);
        network.OnProbe = silo => Interlocked.Increment(ref probes) % 2 == 0
            ? throw new InvalidOperationException("planted")
            : new TaskCompletionSource<ProbeResult>().Task;

        var start = time.Elapsed;
        var death = Task.WhenAny(host.Death, other.Death);
        while (!death.IsCompleted && time.Elapsed - start < s_limit)
        {
            await Task.WhenAny(time.WhenTimersDueAsync(MembershipSettings.TickPeriod, count: 2), death);
            time.AdvanceToNext(start + s_limit);
        }

        await death.WaitAsync(s_limit);
        (host.Deaths + other.Deaths).ShouldBe(1);
        (time.Elapsed - start).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task Gossip_Unreadable_IsRefusedAndHarmless()
    {
        await using var network = new AgentNetwork();
        var host = await network.StartAsync(1);

        host.Agent.OnGossip([0xFF, 0xFF, 0xFF]).ShouldBeFalse();

        host.Log.Lines.Count(line => line.Level == LogLevel.Warning && line.Text.Contains("Gossip from another silo cannot be read")).ShouldBe(1);
        (await network.StartAsync(2)).Views.Current.Active.Length.ShouldBe(2);
    }

    [Fact]
    public async Task Inputs_InAFlood_AreDroppedAndNothingElseSuffers()
    {
        await using var network = new AgentNetwork();
        var host = await network.StartAsync(1);
        for (var i = 0; i < 50_000; i++) host.Agent.OnHint("flood");

        await network.StartAsync(2);
        (await host.ViewAsync(view => view.Active.Length == 2)).Active.Length.ShouldBe(2);
    }

    [Fact]
    public async Task GossipSender_Throws_OthersReadTheTable()
    {
        await using var network = new AgentNetwork { Options = new ClusterMembershipOptions { TableRefreshTimeout = TimeSpan.FromMilliseconds(300) } };
        var host = await network.StartAsync(1);
        network.FailsToSend = true;
        var second = await network.StartAsync(2);

        await host.ViewAsync(view => view.Active.Length == 2);
        second.Log.Lines.ShouldContain(line => line.Text.Contains("Gossip could not be sent"));
    }

    private static async Task DeclareDeadAsync(IMembershipTable table, SiloAddress silo)
    {
        while (true)
        {
            var data = await table.ReadAll();
            var (entry, etag) = data.TryGet(silo)!;
            entry.Status = SiloStatus.Dead;
            if (await table.UpdateRow(entry, etag, data.Version.Next())) return;
        }
    }
}
