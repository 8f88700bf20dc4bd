using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Embedded.Tests.Testing;
using Orleans.Runtime.Reminders;

namespace Orleans.Embedded.Tests.Reminders;

public sealed class ReminderTickerTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly FakeTime _time = new();
    private readonly FakeReminderCluster _cluster;
    private readonly ReminderTicker _ticker;
    private readonly DateTime _start;

    public ReminderTickerTests()
    {
        _cluster = new FakeReminderCluster(_time);
        _ticker = new ReminderTicker(_cluster, _time, NullLogger.Instance);
        _start = _time.GetUtcNow().UtcDateTime;
    }

    public void Dispose() => _ticker.Dispose();

    [Fact]
    public void Start_SeveralReminders_TickEachAtItsDueTimes()
    {
        Run("slow", 5, 10);
        Run("fast", 2, 3);

        _time.Advance(TimeSpan.FromMinutes(16));

        _cluster.Ticks.ShouldBe(
        [
            ("fast", At(2)), ("slow", At(5)), ("fast", At(5)), ("fast", At(8)), ("fast", At(11)), ("fast", At(14)), ("slow", At(15)),
        ]);
    }

    [Fact]
    public void Start_Due_IsSentAtOnceButNotByTheCaller()
    {
        Run("now", 0, 1);
        _cluster.Ticks.ShouldBeEmpty();

        _time.Advance(TimeSpan.Zero);

        _cluster.Ticks.ShouldBe([("now", _start)]);
    }

    [Fact]
    public void Tick_CarriesStartPeriodAndPresent()
    {
        Run("r", 1, 2);

        _time.Advance(3 * Minute);

        _cluster.Statuses[1].FirstTickTime.ShouldBe(At(1));
        _cluster.Statuses[1].Period.ShouldBe(2 * Minute);
        _cluster.Statuses[1].CurrentTickTime.ShouldBe(At(3));
    }

    [Fact]
    public void Tick_Fails_TheReminderGoesOn()
    {
        _cluster.OnTick = static _ => Task.FromException(new TimeoutException());
        Run("r", 1, 1);

        _time.Advance(3 * Minute);

        _cluster.Ticks.Count.ShouldBe(3);
    }

    [Fact]
    public void Tick_StillRunsAtTheNextDueTimes_IsNotSentAgainMeanwhile()
    {
        var done = new TaskCompletionSource();
        _cluster.OnTick = _ => done.Task;
        Run("r", 1, 1);
        _time.Advance(4.5 * Minute);
        _cluster.Ticks.ShouldBe([("r", At(1))]);

        done.SetResult();
        _time.Advance(Minute);

        _cluster.Ticks.ShouldBe([("r", At(1)), ("r", At(5))]);
    }

    [Fact]
    public void Ticks_MoreAreDueThanMayRun_TheOthersFollowInOrder()
    {
        var running = new Dictionary<string, TaskCompletionSource>();
        _cluster.OnTick = key => (running[key.Name] = new TaskCompletionSource()).Task;
        for (var i = 0; i < ReminderTicker.MaxTicksAtOnce + 2; i++) Run($"r{i}", 1 + (i / 1000.0), 60);

        _time.Advance(5 * Minute);
        running.Count.ShouldBe(ReminderTicker.MaxTicksAtOnce);

        running["r7"].SetResult();
        _time.Advance(TimeSpan.Zero);

        running.Count.ShouldBe(ReminderTicker.MaxTicksAtOnce + 1);
        _cluster.Ticks[^1].ShouldBe(($"r{ReminderTicker.MaxTicksAtOnce}", At(5)));
    }

    [Fact]
    public void Start_SameReminderAgain_TakesItsPlace()
    {
        Run("r", 1, 1);
        Run("r", 3, 10, etag: "2");

        _time.Advance(5 * Minute);

        _cluster.Ticks.ShouldBe([("r", At(3))]);
        _ticker.Versions().Values.ShouldBe(["2"]);
    }

    [Fact]
    public void Start_WhileTheOldVersionTicks_EndsTheOld()
    {
        var done = new TaskCompletionSource();
        _cluster.OnTick = _ => done.Task;
        Run("r", 1, 1);
        _time.Advance(Minute);
        Run("r", 10, 10, etag: "2");

        done.SetResult();
        _time.Advance(8 * Minute);

        _cluster.Ticks.ShouldBe([("r", At(1))]);
    }

    [Fact]
    public void Stop_BeforeItsDueTime_DoesNotTick()
    {
        Run("r", 1, 1);
        _ticker.Stop(Key("r"));

        _time.Advance(3 * Minute);

        _cluster.Ticks.ShouldBeEmpty();
        _ticker.Count.ShouldBe(0);
    }

    [Fact]
    public void StopOthers_GrainsThatMoved_DoNotTickHereAnyMore()
    {
        Run("mine", 1, 60);
        Run("theirs", 1, 60);

        _ticker.StopOthers(grainId => grainId.Equals(Key("mine").GrainId)).ShouldBe(1);
        _time.Advance(2 * Minute);

        _cluster.Ticks.ShouldBe([("mine", At(1))]);
    }

    [Fact]
    public void Clock_IsSetForward_TicksWithinAMinute()
    {
        Run("r", 600, 600);

        _time.WallClockOffset = TimeSpan.FromHours(11);
        _time.Advance(Minute);

        _cluster.Ticks.Count.ShouldBe(1);
    }

    [Fact]
    public void Dispose_NoTickIsSentAfter()
    {
        Run("r", 1, 1);
        _ticker.Dispose();

        _time.Advance(3 * Minute);

        _cluster.Ticks.ShouldBeEmpty();
    }

    private static ReminderKey Key(string name) => new(GrainId.Create("test", name), name);

    private DateTime At(double minutes) => _start + (minutes * Minute);

    private void Run(string name, double dueIn, double period, string etag = "1") =>
        _ticker.Start(new ReminderRow(Key(name), At(dueIn), period * Minute, etag), At(dueIn));
}
