using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Embedded.Tests.Testing;
using Orleans.Runtime.Reminders;

namespace Orleans.Embedded.Tests.Reminders;

public sealed class ReminderServiceTests : IAsyncDisposable
{
    private static readonly GrainId Grain = GrainId.Create("test", "a");
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly FakeTime _time = new();
    private readonly ScriptedReminderTable _table = new();
    private readonly ReminderOptions _options = new();
    private readonly List<ReminderService> _services = [];
    private readonly FakeReminderCluster _cluster;
    private readonly DateTime _start;

    public ReminderServiceTests()
    {
        _cluster = new FakeReminderCluster(_time);
        _start = _time.GetUtcNow().UtcDateTime;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services) await service.DisposeAsync();
    }

    [Fact]
    public async Task Register_ThenTimePasses_TicksAtStartPlusPeriods()
    {
        var service = await StartAsync();

        await service.RegisterAsync(Grain, "r", 5 * Minute, 10 * Minute);
        _time.Advance(30 * Minute);

        _cluster.Ticks.ShouldBe([("r", At(5)), ("r", At(15)), ("r", At(25))]);
    }

    [Fact]
    public async Task Start_RemindersAreInTheTable_KeepsTheirDueTimes()
    {
        var first = await StartAsync();
        await first.RegisterAsync(Grain, "r", 5 * Minute, 10 * Minute);
        _time.Advance(7 * Minute);
        await first.StopAsync(CancellationToken.None);
        _time.Advance(4 * Minute);
        _cluster.Ticks.Clear();

        await StartAsync();
        _time.Advance(10 * Minute);

        _cluster.Ticks.ShouldBe([("r", At(15))]);
    }

    [Fact]
    public async Task Start_ClusterWasDownOverManyDueTimes_TicksOnceSoonThenAtDueTimes()
    {
        var first = await StartAsync();
        await first.RegisterAsync(Grain, "r", 5 * Minute, 10 * Minute);
        await first.StopAsync(CancellationToken.None);
        _time.Advance(100 * Minute);
        _cluster.OldestStart = _time.GetUtcNow().UtcDateTime;

        await StartAsync();
        _time.Advance(16 * Minute);

        _cluster.Ticks.Count.ShouldBe(3);
        _cluster.Ticks[0].At.ShouldBeInRange(At(100), At(101));
        _cluster.Ticks[1].At.ShouldBe(At(105));
        _cluster.Ticks[2].At.ShouldBe(At(115));
    }

    [Fact]
    public async Task Unregister_EndsItInTheTableToo()
    {
        var service = await StartAsync();
        var reminder = await service.RegisterAsync(Grain, "r", Minute, Minute);

        await service.UnregisterAsync(Grain, reminder);
        _time.Advance(20 * Minute);

        _cluster.Ticks.ShouldBeEmpty();
        (await service.GetAsync(Grain, "r")).ShouldBeNull();
    }

    [Fact]
    public async Task Unregister_Twice_IsDoneAlready()
    {
        var service = await StartAsync();
        var reminder = await service.RegisterAsync(Grain, "r", Minute, Minute);
        await service.UnregisterAsync(Grain, reminder);

        await service.UnregisterAsync(Grain, reminder);

        (await service.GetAllAsync(Grain)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Unregister_RegisteredAnewSince_FailsAndKeepsIt()
    {
        var service = await StartAsync();
        var old = await service.RegisterAsync(Grain, "r", Minute, Minute);
        await service.RegisterAsync(Grain, "r", 2 * Minute, 60 * Minute);

        var failure = await Should.ThrowAsync<ReminderException>(() => service.UnregisterAsync(Grain, old));
        _time.Advance(3 * Minute);

        failure.Message.ShouldContain($"reminder 'r' of {Grain}");
        _cluster.Ticks.ShouldBe([("r", At(2))]);
    }

    [Fact]
    public async Task Unregister_AnotherGrainsReminder_IsRefused()
    {
        var service = await StartAsync();
        var reminder = await service.RegisterAsync(Grain, "r", Minute, Minute);

        var failure = await Should.ThrowAsync<ArgumentException>(() => service.UnregisterAsync(GrainId.Create("test", "b"), reminder));

        failure.Message.ShouldContain("test/b cannot unregister the reminder 'r' of test/a");
    }

    [Fact]
    public async Task GetAll_ReturnsWhatTheGrainHas()
    {
        var service = await StartAsync();
        await service.RegisterAsync(Grain, "one", Minute, Minute);
        await service.RegisterAsync(Grain, "two", Minute, Minute);
        await service.RegisterAsync(GrainId.Create("test", "b"), "three", Minute, Minute);

        (await service.GetAllAsync(Grain)).Select(static reminder => reminder.ReminderName).ShouldBe(["one", "two"], ignoreOrder: true);
        (await service.GetAsync(Grain, "two"))!.ReminderName.ShouldBe("two");
        (await service.GetAsync(Grain, "three")).ShouldBeNull();
    }

    [Theory]
    [InlineData(-1, 60, "due time")]
    [InlineData(-0.001, 60, "due time")]
    [InlineData(1e13, 60, "due time")]
    [InlineData(0, 0, "period")]
    [InlineData(0, -0.001, "period")]
    [InlineData(0, 59, "the shortest that this silo allows is 00:01:00")]
    public async Task Register_ValueOutOfRange_NamesGrainReminderAndRule(double dueIn, double period, string rule)
    {
        var service = await StartAsync();

        var failure = await Should.ThrowAsync<ArgumentException>(
            () => service.RegisterAsync(Grain, "r", TimeSpan.FromSeconds(Math.Min(dueIn, 9e11)), TimeSpan.FromSeconds(period)));

        failure.Message.ShouldContain("reminder 'r' of test/a");
        failure.Message.ShouldContain(rule);
    }

    [Fact]
    public async Task Register_ShorterPeriodIsConfigured_IsAllowed()
    {
        _options.MinimumReminderPeriod = TimeSpan.FromMilliseconds(100);
        var service = await StartAsync();

        await service.RegisterAsync(Grain, "r", TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        _time.Advance(TimeSpan.FromSeconds(1));

        _cluster.Ticks.Count.ShouldBe(11);
    }

    [Fact]
    public async Task Register_TableTakesNoVersion_FailsAndDoesNotTick()
    {
        var service = await StartAsync();
        _table.RefusesWrites = true;

        await Should.ThrowAsync<ReminderException>(() => service.RegisterAsync(Grain, "r", Minute, Minute));
        _time.Advance(3 * Minute);

        _cluster.Ticks.ShouldBeEmpty();
    }

    [Fact]
    public async Task Register_BeforeTheTableIsReady_Waits()
    {
        var ready = new TaskCompletionSource();
        _table.OnStart = () => ready.Task;
        var service = Create();
        var starting = service.StartAsync(CancellationToken.None);
        var registering = service.RegisterAsync(Grain, "r", Minute, Minute);
        registering.IsCompleted.ShouldBeFalse();

        ready.SetResult();
        await starting;

        (await registering).ReminderName.ShouldBe("r");
    }

    [Fact]
    public async Task Start_TableFails_FailsTheStartAndTellsGrains()
    {
        _table.OnStart = static () => Task.FromException(new IOException("no such disk"));
        var service = Create();

        await Should.ThrowAsync<IOException>(() => service.StartAsync(CancellationToken.None));

        (await Should.ThrowAsync<IOException>(() => service.GetAsync(Grain, "r"))).Message.ShouldBe("no such disk");
    }

    [Fact]
    public async Task Start_OptionsAreWrong_NamesAllOfThem()
    {
        _options.MinimumReminderPeriod = TimeSpan.Zero;
        _options.RefreshReminderListPeriod = TimeSpan.FromDays(2);

        var failure = await Should.ThrowAsync<OrleansConfigurationException>(() => Create().StartAsync(CancellationToken.None));

        failure.Message.ShouldContain("MinimumReminderPeriod: must be more than zero, was 00:00:00");
        failure.Message.ShouldContain("RefreshReminderListPeriod: must be more than zero and at most 1 day, was 2.00:00:00");
    }

    [Fact]
    public async Task Table_CannotBeRead_RunningRemindersGoOnAndItIsReadAgainAfterMoreAndMoreTime()
    {
        var service = await StartAsync();
        await service.RegisterAsync(Grain, "r", Minute, Minute);
        var reads = new List<DateTime>();
        _table.OnReadAll = () =>
        {
            reads.Add(_time.GetUtcNow().UtcDateTime);
            throw new TimeoutException("the database is away");
        };

        _time.Advance(10 * Minute);

        _cluster.Ticks.Count.ShouldBe(10);
        reads.Take(5).ShouldBe([At(5), At(5).AddSeconds(1), At(5).AddSeconds(3), At(5).AddSeconds(7), At(5).AddSeconds(15)]);
        (reads[^1] - reads[^2]).ShouldBe(Minute);
    }

    [Fact]
    public async Task Table_IsBack_WhatOthersPutThereRuns()
    {
        _table.OnReadAll = static () => throw new TimeoutException("the database is away");
        await StartAsync();
        await PutAsync("r", At(30), 10);
        _time.Advance(TimeSpan.FromSeconds(10));

        _table.OnReadAll = static () => { };
        _time.Advance(40 * Minute);

        _cluster.Ticks.ShouldBe([("r", At(30)), ("r", At(40))]);
    }

    [Fact]
    public async Task Table_IsChangedByOthers_ShowsAtTheNextRefresh()
    {
        var service = await StartAsync();
        var reminder = await service.RegisterAsync(Grain, "gone", 9 * Minute, 60 * Minute);
        await _table.RemoveRow(Grain, "gone", ((GrainReminder)reminder).ETag);
        await PutAsync("new", At(8), 60);

        _time.Advance(20 * Minute);

        _cluster.Ticks.ShouldBe([("new", At(8))]);
    }

    [Fact]
    public async Task Register_WhileTheTableIsRead_IsNotLost()
    {
        var service = await StartAsync();
        var held = new TaskCompletionSource();
        _table.HoldReads = held.Task;
        _time.Advance(5 * Minute);
        await service.RegisterAsync(Grain, "r", 5 * Minute, 60 * Minute);

        held.SetResult();
        _time.Advance(5 * Minute);

        _cluster.Ticks.ShouldBe([("r", At(10))]);
    }

    [Fact]
    public async Task Unregister_WhileTheTableIsRead_DoesNotComeBack()
    {
        var service = await StartAsync();
        var reminder = await service.RegisterAsync(Grain, "r", 7 * Minute, 60 * Minute);
        var held = new TaskCompletionSource();
        _table.HoldReads = held.Task;
        _time.Advance(5 * Minute);
        await service.UnregisterAsync(Grain, reminder);

        held.SetResult();
        _time.Advance(5 * Minute);

        _cluster.Ticks.ShouldBeEmpty();
    }

    [Fact]
    public async Task Ring_GrainLeaves_ItsRemindersStopHere()
    {
        var service = await StartAsync();
        await service.RegisterAsync(Grain, "r", Minute, Minute);
        _time.Advance(1.5 * Minute);

        _cluster.ChangeRing(static _ => false);
        _time.Advance(20 * Minute);

        _cluster.Ticks.ShouldBe([("r", At(1))]);
        service.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Ring_GrainComes_ItsRemindersRunFromTheNextDueTimeOn()
    {
        _cluster.Ours = static _ => false;
        await StartAsync();
        await PutAsync("r", At(3), 10);
        _time.Advance(5 * Minute);

        _cluster.ChangeRing(static _ => true);
        _time.Advance(9 * Minute);

        _cluster.Ticks.ShouldBe([("r", At(13))]);
    }

    [Fact]
    public async Task Ring_FormerOwnerDiedAtADueTime_TheTickIsMadeUpFor()
    {
        _cluster.Ours = static _ => false;
        await StartAsync();
        await PutAsync("r", At(3), 10);
        _time.Advance(3.1 * Minute);

        _cluster.ChangeRing(static _ => true);
        _time.Advance(2 * Minute);

        _cluster.Ticks.Count.ShouldBe(1);
        _cluster.Ticks[0].At.ShouldBeInRange(At(3.1), At(4.1));
    }

    [Fact]
    public async Task Ring_GrainRegistersWithItsFormerOwnerAsItMoves_IsSeenByASecondRead()
    {
        await StartAsync();
        _time.Advance(Minute);
        _cluster.ChangeRing(static _ => true);
        await PutAsync("late", At(2), 60);

        _time.Advance(1.5 * Minute);

        _cluster.Ticks.ShouldBe([("late", At(2))]);
    }

    [Fact]
    public async Task Ring_ChangesWhileTheTableIsRead_ReadsAgain()
    {
        _cluster.Ours = static _ => false;
        var held = new TaskCompletionSource();
        _table.HoldReads = held.Task;
        await StartAsync();
        _cluster.ChangeRing(static _ => true);
        _table.Reads.ShouldBe(1);

        held.SetResult();

        _table.Reads.ShouldBe(2);
    }

    [Fact]
    public async Task Register_GrainOfAnotherSilo_IsInTheTableAndDoesNotRunHere()
    {
        _cluster.Ours = static _ => false;
        var service = await StartAsync();

        await service.RegisterAsync(Grain, "r", Minute, Minute);
        _time.Advance(3 * Minute);

        _cluster.Ticks.ShouldBeEmpty();
        (await service.GetAsync(Grain, "r"))!.ReminderName.ShouldBe("r");
    }

    [Fact]
    public async Task Stop_GrainsMayStillChangeTheirReminders_UntilItIsDisposedOf()
    {
        var service = await StartAsync();
        var reminder = await service.RegisterAsync(Grain, "r", Minute, Minute);
        await service.StopAsync(CancellationToken.None);
        _time.Advance(20 * Minute);

        await service.UnregisterAsync(Grain, reminder);
        await service.RegisterAsync(Grain, "other", Minute, Minute);

        _cluster.Ticks.ShouldBeEmpty();
        _table.IsStopped.ShouldBeFalse();
        await service.DisposeAsync();
        _table.IsStopped.ShouldBeTrue();
    }

    private DateTime At(double minutes) => _start + (minutes * Minute);

    /// <summary>As another silo does it.</summary>
    private Task PutAsync(string name, DateTime startAt, double period) =>
        _table.UpsertRow(new ReminderEntry { GrainId = Grain, ReminderName = name, StartAt = startAt, Period = period * Minute });

    private ReminderService Create()
    {
        var service = new ReminderService(_cluster, _table, Options.Create(_options), _time, NullLogger<ReminderService>.Instance);
        _services.Add(service);
        return service;
    }

    private async Task<ReminderService> StartAsync()
    {
        var service = Create();
        await service.StartAsync(CancellationToken.None);
        return service;
    }
}
