using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Health;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Tests.Health;

/// <summary>The monitor with the real clock and short intervals; what its decisions are is tested without it.</summary>
public sealed class HealthMonitorTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly ContainerId s_id = new("web.1");
    private static readonly ProbeOutcome s_good = new(true, "fine"), s_bad = new(false, "broken");
    private static readonly ProbeSpec s_spec = new() { TcpPort = 80, Interval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(30), Retries = 2 };

    [Fact]
    public async Task Begin_AnswersThatChange_AreTold()
    {
        await using var monitor = Make();
        var probe = new ScriptedProbe((count, _) => Task.FromResult(count is 1 or > 4 ? s_good : s_bad));
        monitor.Begin(Subject(s_id, probe));
        var first = await NextAsync(monitor);
        (first.Id, first.Kind, first.From, first.To, first.Reason).ShouldBe((s_id, ProbeKind.Liveness, HealthStatus.Starting, HealthStatus.Healthy, "fine"));
        var second = await NextAsync(monitor);
        (second.From, second.To, second.Reason).ShouldBe((HealthStatus.Healthy, HealthStatus.Unhealthy, "2 checks in a row failed, the last: broken"));
        (await NextAsync(monitor)).To.ShouldBe(HealthStatus.Healthy);
        probe.Count.ShouldBeGreaterThanOrEqualTo(5);
        monitor.Find(s_id)[ProbeKind.Liveness].Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Begin_BothKinds_AreSeparate()
    {
        await using var monitor = Make();
        monitor.Begin(new HealthSubject(s_id, TimeProvider.System.GetUtcNow(),
        [
            new WatchedProbe(ProbeKind.Liveness, s_spec, new ScriptedProbe((_, _) => Task.FromResult(s_good))),
            new WatchedProbe(ProbeKind.Readiness, s_spec, new ScriptedProbe((_, _) => Task.FromResult(s_bad))),
        ]));
        var changes = new[] { await NextAsync(monitor), await NextAsync(monitor) }.OrderBy(change => change.Kind).ToArray();
        changes.Select(change => (change.Kind, change.To)).ShouldBe([(ProbeKind.Liveness, HealthStatus.Healthy), (ProbeKind.Readiness, HealthStatus.Unhealthy)]);
    }

    [Fact]
    public async Task Check_Hanging_FailsAtItsTimeoutAndIsNotOverlapped()
    {
        await using var monitor = Make(new HealthMonitorOptions { EndLimit = TimeSpan.FromMinutes(1) });
        var probe = new ScriptedProbe(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token).ContinueWith(_ => { }, TaskScheduler.Default);
            return new ProbeOutcome(false, "no response");
        });
        monitor.Begin(Subject(s_id, probe, s_spec with { Timeout = TimeSpan.FromMilliseconds(100) }));
        (await NextAsync(monitor)).Reason.ShouldBe("2 checks in a row failed, the last: no answer within 0.1 s: no response");
        probe.MostRunning.ShouldBe(1);
    }

    [Fact]
    public async Task Check_ThatNeverEnds_CountsAsFailureAndNoOtherBegins()
    {
        var never = new TaskCompletionSource<ProbeOutcome>();
        await using var monitor = Make(new HealthMonitorOptions { EndLimit = TimeSpan.FromMilliseconds(100) });
        var probe = new ScriptedProbe((_, _) => never.Task);
        monitor.Begin(Subject(s_id, probe, s_spec with { Timeout = TimeSpan.FromMilliseconds(100), Retries = 3 }));
        (await NextAsync(monitor)).Reason.ShouldBe("3 checks in a row failed, the last: the check before has not ended yet");
        probe.Count.ShouldBe(1);
        never.SetResult(s_good);
        (await NextAsync(monitor)).To.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Check_ThatThrows_IsAFailureAndTheNextIsAsked()
    {
        await using var monitor = Make();
        monitor.Begin(Subject(s_id, new ScriptedProbe((count, _) => count < 3 ? throw new InvalidOperationException("a bug") : Task.FromResult(s_good))));
        (await NextAsync(monitor)).Reason.ShouldBe("2 checks in a row failed, the last: the check broke: a bug");
        (await NextAsync(monitor)).To.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task End_WhileACheckRuns_CancelsItAndTellsNothingMore()
    {
        await using var monitor = Make();
        var begun = new TaskCompletionSource();
        var probe = new ScriptedProbe(async (_, token) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
            return s_good;
        });
        monitor.Begin(Subject(s_id, probe));
        await begun.Task.WaitAsync(s_limit);
        await monitor.EndAsync(s_id).WaitAsync(s_limit);
        probe.Running.ShouldBe(0);
        monitor.Changes.TryRead(out _).ShouldBeFalse();
        monitor.Find(s_id).ShouldBeEmpty();
        await monitor.EndAsync(s_id);
    }

    [Fact]
    public async Task Begin_MoreThanTheBound_RunsNoMoreAtOnce()
    {
        using var gate = new SemaphoreSlim(0);
        var full = new TaskCompletionSource();
        var begun = 0;
        await using var monitor = Make(new HealthMonitorOptions { MaxChecks = 3 });
        var probe = new ScriptedProbe(async (_, token) =>
        {
            if (Interlocked.Increment(ref begun) == 3) full.SetResult();
            await gate.WaitAsync(token);
            return s_good;
        });
        for (var i = 0; i < 20; i++) monitor.Begin(Subject(new ContainerId($"web.{i}"), probe, s_spec with { Interval = TimeSpan.FromSeconds(1) }));
        await full.Task.WaitAsync(s_limit);
        gate.Release(20);
        var seen = new HashSet<ContainerId>();
        while (seen.Count < 20)
        {
            seen.Add((await NextAsync(monitor)).Id);
            gate.Release();
        }

        probe.MostRunning.ShouldBe(3);
    }

    [Fact]
    public async Task Begin_ContainersOfOneService_AskAtDifferentTimes()
    {
        await using var monitor = Make();
        var spec = s_spec with { Interval = TimeSpan.FromSeconds(30) };

        // An answer would put the next check off before the first is looked at.
        var probe = new ScriptedProbe(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return s_good;
        });
        var times = new List<DateTimeOffset>();
        for (var i = 1; i <= 50; i++)
        {
            var id = new ContainerId($"web.{i}");
            monitor.Begin(Subject(id, probe, spec));
            times.Add(monitor.Find(id)[ProbeKind.Liveness].NextCheck);
        }

        // Of 50 containers in one second, at most a few come together.
        times.GroupBy(time => time.ToUnixTimeMilliseconds() / 20).Max(group => group.Count()).ShouldBeLessThan(8);
        (times.Max() - times.Min()).ShouldBeInRange(TimeSpan.FromMilliseconds(600), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Check_ClockSetBack_IsNotPutOff()
    {
        var time = new SetBackTime();
        await using var monitor = new HealthMonitor(new(), time, NullLogger<HealthMonitor>.Instance);
        monitor.Begin(Subject(s_id, new ScriptedProbe((count, _) => Task.FromResult(count == 1 ? s_good : s_bad)), s_spec with { Interval = TimeSpan.FromSeconds(1) }));
        (await NextAsync(monitor)).To.ShouldBe(HealthStatus.Healthy);
        time.SetBack();
        (await NextAsync(monitor)).To.ShouldBe(HealthStatus.Unhealthy);
    }

    [Fact]
    public async Task Begin_Twice_IsRefused()
    {
        await using var monitor = Make();
        monitor.Begin(Subject(s_id, new ScriptedProbe((_, _) => Task.FromResult(s_good))));
        Should.Throw<InvalidOperationException>(() => monitor.Begin(Subject(s_id, new ScriptedProbe((_, _) => Task.FromResult(s_good)))));
    }

    [Fact]
    public async Task Changes_MonitorDisposed_End()
    {
        var monitor = Make();
        monitor.Begin(Subject(s_id, new ScriptedProbe((_, _) => Task.FromResult(s_good))));
        await NextAsync(monitor);
        await monitor.DisposeAsync();
        (await monitor.Changes.WaitToReadAsync()).ShouldBeFalse();
    }

    private static HealthMonitor Make(HealthMonitorOptions? options = null) =>
        new(options ?? new(), TimeProvider.System, NullLogger<HealthMonitor>.Instance);

    private static HealthSubject Subject(ContainerId id, IHealthProbe probe, ProbeSpec? spec = null) =>
        new(id, TimeProvider.System.GetUtcNow(), [new WatchedProbe(ProbeKind.Liveness, spec ?? s_spec, probe)]);

    private static async Task<HealthChange> NextAsync(HealthMonitor monitor) => await monitor.Changes.ReadAsync().AsTask().WaitAsync(s_limit);

    // Timers go on by another clock, as those of the system do.
    private sealed class SetBackTime : TimeProvider
    {
        private volatile bool _isSetBack;

        public void SetBack() => _isSetBack = true;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - (_isSetBack ? TimeSpan.FromHours(1) : TimeSpan.Zero);
    }
}
