using Microsoft.Extensions.DependencyInjection;
using Warren.ControlPlane.Tests.Testing;
using Warren.Events;
using Warren.Grains.Nodes;
using Warren.Grains.Services;
using Warren.Services;
using Warren.Tasks;

namespace Warren.ControlPlane.Tests.Services;

/// <summary>The clock of the managers is put forward or back by an hour, and nobody tells them.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Clock_Jumps_NoNodeIsGivenUp(int hours)
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2, silos: 1, configure: HaveShortLeases);
        await cluster.Service().ApplyAsync(A.Service(replicas: 2));
        var before = await ServiceLifeTests.RunAsync(cluster, 2);
        cluster.Time.Shift = s_hour * hours;

        // Each beat is some looks later than the one before.
        for (var beat = 0; beat < 2; beat++)
        {
            foreach (var id in new[] { "n1", "n2" })
            {
                var now = cluster.Time.GetUtcNow();
                await cluster.WhenAsync(
                    async () => (await cluster.Node(id).GetAsync())!.Status.LastHeardAt is var heard && heard > now && heard - now < s_hour / 2,
                    () => $"{id} was heard again");
            }
        }

        var events = await cluster.Events.ReadAsync(0, 10_000);
        events.Where(one => one is { Subject.Kind: SubjectKind.Node, Kind: EventKind.ObservedChanged }).ShouldBeEmpty();
        (await cluster.Service().GetAsync())!.Tasks.Select(task => task.Id).ShouldBe(before.Tasks.Select(task => task.Id));
    }

    [Fact]
    public async Task Cron_ClockPutForward_IsNoticedByTheReminderAndPutBackItRunsNoTimeTwice()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1, configure: HaveRemindersSoon);
        foreach (var agent in cluster.Agents) agent.Start = _ => ScriptedAgent.Seen(TaskState.Complete, exitCode: 0);
        cluster.Time.GoTo(new(2026, 3, 27, 12, 10, 0, TimeSpan.Zero));
        await cluster.Service("tick").ApplyAsync(A.Job("tick") with { Mode = ServiceMode.Cron, Cron = new() { Schedule = "0 * * * *" } });
        var reminder = await ReminderAsync(cluster, "tick");
        reminder.Period.ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(5));
        reminder.StartAt.ShouldBeLessThanOrEqualTo(cluster.Time.GetUtcNow().UtcDateTime.AddMinutes(5));

        cluster.Time.Shift += s_hour;
        await cluster.TickAsync(cluster.Service("tick"));
        var forward = await cluster.WhenAsync(
            status => status!.FinishedRuns.Length == 1 && status.NextAt == new DateTimeOffset(2026, 3, 27, 14, 0, 0, TimeSpan.Zero), "tick", "a run has ended, and the next is at 14:00");
        Run(forward!, 0).ShouldBe(new(2026, 3, 27, 13, 0, 0, TimeSpan.Zero));

        // At 12:11 the time of 13:00 is yet to come once more, and has had its run.
        cluster.Time.Shift -= s_hour;
        await cluster.TickAsync(cluster.Service("tick"));
        cluster.Time.GoTo(new(2026, 3, 27, 13, 0, 30, TimeSpan.Zero));
        await cluster.TickAsync(cluster.Service("tick"));
        cluster.Time.GoTo(new(2026, 3, 27, 14, 0, 1, TimeSpan.Zero));
        await cluster.TickAsync(cluster.Service("tick"));
        var back = await cluster.WhenAsync(status => status!.FinishedRuns.Length == 2, "tick", "the run of 14:00 has ended");
        Run(back!, 1).ShouldBe(new(2026, 3, 27, 14, 0, 0, TimeSpan.Zero));

        static DateTimeOffset Run(ServiceStatus status, int index) => status.FinishedRuns[index].ScheduledAt!.Value.ToUniversalTime();
    }

    [Fact]
    public async Task RestartDelay_ClockPutBack_IsOverAfterItsTime()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);

        // Long enough to be seen while it runs.
        await FailOnceAsync(cluster, delay: TimeSpan.FromSeconds(10));
        cluster.Time.Shift = -s_hour;
        await cluster.WhenAsync(status => status!.Tasks.Any(task => ServiceLifeTests.IsUp(task) && task.Id.Generation == 2), what: "its successor runs");
    }

    [Fact]
    public async Task RestartDelay_ClockPutForward_IsOverWithTheReminder()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1, configure: HaveRemindersSoon);
        await FailOnceAsync(cluster, delay: TimeSpan.FromMinutes(10));
        await ReminderAsync(cluster, "web");
        cluster.Time.Shift = s_hour;
        await cluster.TickAsync(cluster.Service());
        await cluster.WhenAsync(status => status!.Tasks.Any(task => ServiceLifeTests.IsUp(task) && task.Id.Generation == 2), what: "its successor runs");

        // Nothing is left to wait for, and so nothing to be reminded of.
        await cluster.WhenAsync(() => Task.FromResult(cluster.Reminders.Of(cluster.Service().GetGrainId()) is []), () => "the reminder is ended");
    }

    private static async Task FailOnceAsync(TestCluster cluster, TimeSpan delay)
    {
        foreach (var agent in cluster.Agents)
            agent.Start = task => ScriptedAgent.Seen(task.Generation == 1 ? TaskState.Failed : TaskState.Running, exitCode: task.Generation == 1 ? 1 : null);
        await cluster.Service().ApplyAsync(A.Service() with { Restart = new() { Delay = delay, MaxDelay = delay, Window = TimeSpan.FromHours(3) } });
        await cluster.WhenAsync(status => status!.NextAt is not null && status.Tasks.Last().Observed.State == TaskState.New, what: "the restart delay runs");
    }

    private static async Task<ReminderEntry> ReminderAsync(TestCluster cluster, string service)
    {
        ReminderEntry? reminder = null;
        await cluster.WhenAsync(
            () => Task.FromResult((reminder = cluster.Reminders.Of(cluster.Service(service).GetGrainId()).SingleOrDefault()) is not null),
            () => $"{service} has a reminder");
        return reminder!;
    }

    private static void HaveRemindersSoon(ISiloBuilder silo) =>
        silo.Services.AddSingleton(ServiceGrainOptions.Default with { ReminderAfter = TimeSpan.FromMilliseconds(100) });

    private static void HaveShortLeases(ISiloBuilder silo) => silo.Services.Configure<LeaseOptions>(lease =>
    {
        (lease.HeartbeatInterval, lease.CheckInterval) = (TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(100));
    });
}
