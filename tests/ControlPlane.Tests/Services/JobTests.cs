using Warren.ControlPlane.Tests.Testing;
using Warren.Services;
using Warren.Tasks;

namespace Warren.ControlPlane.Tests.Services;

public sealed class JobTests
{
    [Fact]
    public async Task Job_FailsOnce_IsTriedAgainAndKeepsItsResult()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2, silos: 1);
        foreach (var agent in cluster.Agents)
        {
            agent.Start = task => task.Slot.Number == 2 && task.Generation <= 2
                ? ScriptedAgent.Seen(TaskState.Failed, exitCode: 1)
                : ScriptedAgent.Seen(TaskState.Complete, exitCode: 0);
        }

        await cluster.Service("work").ApplyAsync(A.Job() with { Job = new() { Completions = 5, Parallelism = 2, Retries = 1 } });
        var done = await cluster.WhenAsync(status => status!.FinishedRuns.Length == 1, "work", "the run has ended");
        var run = done!.FinishedRuns.Single();
        (run.Succeeded, run.Completed, run.Failed, run.Reason).ShouldBe((true, 5, 1, "5 slots completed"));
        done.ActiveRuns.ShouldBeEmpty();
    }

    [Fact]
    public async Task Job_FailsForGood_SaysWhichSlotAndStopsTheOthers()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2, silos: 1);
        foreach (var agent in cluster.Agents)
        {
            agent.Start = task => task.Slot.Number == 1 ? ScriptedAgent.Seen(TaskState.Failed, exitCode: 7) : ScriptedAgent.Seen(TaskState.Running);
        }

        await cluster.Service("work").ApplyAsync(A.Job() with { Job = new() { Completions = 2, Parallelism = 2, Retries = 2 } });
        var done = await cluster.WhenAsync(status => status!.FinishedRuns.Length == 1, "work", "the run has ended");
        var run = done!.FinishedRuns.Single();
        run.Succeeded.ShouldBe(false);
        run.Reason.ShouldMatch("^slot 1 failed 3 times, the last time: work.1-1.[0-9]+ failed: exit code 7$");
        cluster.Agents.SelectMany(agent => agent.Running).ShouldBeEmpty();
    }

    [Fact]
    public async Task Job_PastItsDeadline_Fails()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        await cluster.Service("work").ApplyAsync(A.Job() with { Job = new() { Deadline = TimeSpan.FromSeconds(2) } });
        var done = await cluster.WhenAsync(status => status!.FinishedRuns.Length == 1, "work", "the run has ended");
        (done!.FinishedRuns.Single().Succeeded, done.FinishedRuns.Single().Reason).ShouldBe((false, "its deadline of 2 s has passed"));
    }

    [Fact]
    public async Task Run_AskedForTwiceByOneName_IsOneRun()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        foreach (var agent in cluster.Agents) agent.Start = _ => ScriptedAgent.Seen(TaskState.Complete, exitCode: 0);
        await cluster.Service("work").ApplyAsync(A.Job());
        await cluster.WhenAsync(status => status!.FinishedRuns.Length == 1, "work", "the first run has ended");
        await cluster.Service("work").RunAsync("by hand");
        await cluster.Service("work").RunAsync("by hand");
        var done = await cluster.WhenAsync(status => status!.FinishedRuns.Length == 2, "work", "the second run has ended");
        done!.FinishedRuns.Select(run => run.Trigger).ShouldBe(["version 1 of the spec", "by hand"]);
    }

    [Fact]
    public async Task Run_OfAServiceThatHasNone_IsRefused()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1);
        (await Should.ThrowAsync<NotFoundException>(() => cluster.Service().RunAsync("by hand"))).Message.ShouldBe("there is no service web");
        await cluster.Service().ApplyAsync(A.Service());
        (await Should.ThrowAsync<ConflictException>(() => cluster.Service().RunAsync("by hand"))).Message
            .ShouldBe("service web is replicated, and only jobs and cron jobs have runs");
    }

    /// <summary>In Berlin the clocks go from 02:00 to 03:00 on 29 March 2026: a run at 02:30 is at 03:00 that day, and back at 02:30 on the next.</summary>
    [Fact]
    public async Task Cron_OverAChangeOfTheTimeZone_RunsOnceADay()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        foreach (var agent in cluster.Agents) agent.Start = _ => ScriptedAgent.Seen(TaskState.Complete, exitCode: 0);
        cluster.Time.GoTo(new(2026, 3, 27, 12, 0, 0, TimeSpan.Zero));
        var spec = A.Job("tick") with
        {
            Mode = ServiceMode.Cron,
            Cron = new() { Schedule = "30 2 * * *", TimeZone = "Europe/Berlin" },
        };
        await cluster.Service("tick").ApplyAsync(spec);
        for (var day = 28; day <= 30; day++)
        {
            var next = (await cluster.Service("tick").GetAsync())!.NextAt!.Value;
            cluster.Time.GoTo(next + TimeSpan.FromSeconds(1));
            await cluster.Service("tick").EnsureAsync();
            var runs = day - 27;
            await cluster.WhenAsync(status => status!.FinishedRuns.Length == runs && status.NextAt > next.AddHours(1), "tick", $"run {runs} has ended");
        }

        (await cluster.Service("tick").GetAsync())!.FinishedRuns.Select(run => run.ScheduledAt!.Value.ToUniversalTime()).ShouldBe(
        [
            new DateTimeOffset(2026, 3, 28, 1, 30, 0, TimeSpan.Zero),
            new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2026, 3, 30, 0, 30, 0, TimeSpan.Zero),
        ]);
    }

    [Fact]
    public async Task Cron_DueNextYear_WaitsForItWithoutAWrite()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1);
        cluster.Time.GoTo(new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        await cluster.Service("tick").ApplyAsync(A.Job("tick") with { Mode = ServiceMode.Cron, Cron = new() { Schedule = "0 0 1 1 *" } });
        (await cluster.Service("tick").GetAsync())!.NextAt.ShouldBe(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var row = cluster.Store.Rows["service/tick/service"];
        cluster.Time.GoTo(new(2026, 12, 31, 23, 59, 0, TimeSpan.Zero));
        await cluster.Service("tick").EnsureAsync();
        await cluster.Service("tick").PauseRolloutAsync("waits for the steps before it");
        cluster.Store.Rows["service/tick/service"].ShouldBe(row);
        cluster.Time.GoTo(new(2027, 1, 1, 0, 0, 1, TimeSpan.Zero));
        await cluster.Service("tick").EnsureAsync();
        await cluster.WhenAsync(status => status!.ActiveRuns.Length == 1, "tick", "the run has begun");
    }
}
