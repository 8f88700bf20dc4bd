using Orleans.Embedded.Tests.Testing;
using Orleans.Runtime.Reminders;

namespace Orleans.Embedded.Tests.Reminders;

public sealed class ReminderPlanTests
{
    private static readonly HashSet<ReminderKey> s_none = [];

    [Fact]
    public void Compute_NewRow_Starts()
    {
        var plan = ReminderPlan.Compute(Running(), [Row(1, "7")], _ => true, s_none);

        plan.Start.ShouldBe([Row(1, "7")]);
        plan.Stop.ShouldBeEmpty();
    }

    [Fact]
    public void Compute_SameVersion_StaysAsItIs()
    {
        var plan = ReminderPlan.Compute(Running((1, "7")), [Row(1, "7")], _ => true, s_none);

        plan.Start.ShouldBeEmpty();
        plan.Stop.ShouldBeEmpty();
    }

    [Fact]
    public void Compute_OtherVersion_StartsAnew() =>
        ReminderPlan.Compute(Running((1, "7")), [Row(1, "8")], _ => true, s_none).Start.ShouldBe([Row(1, "8")]);

    [Fact]
    public void Compute_RowIsGone_Stops() =>
        ReminderPlan.Compute(Running((1, "7"), (2, "3")), [Row(2, "3")], _ => true, s_none).Stop.ShouldBe([Key(1)]);

    [Fact]
    public void Compute_GrainOfAnotherSilo_IsNotRunHere()
    {
        var plan = ReminderPlan.Compute(Running((1, "7")), [Row(1, "7"), Row(2, "1")], _ => false, s_none);

        plan.Start.ShouldBeEmpty();
        plan.Stop.ShouldBe([Key(1)]);
    }

    [Fact]
    public void Compute_RegisteredWhileTheTableWasRead_StaysThoughTheReadDidNotSeeIt() =>
        ReminderPlan.Compute(Running((1, "7")), [], _ => true, new HashSet<ReminderKey> { Key(1) }).Stop.ShouldBeEmpty();

    [Fact]
    public void Compute_UnregisteredWhileTheTableWasRead_DoesNotComeBack() =>
        ReminderPlan.Compute(Running(), [Row(1, "7")], _ => true, new HashSet<ReminderKey> { Key(1) }).Start.ShouldBeEmpty();

    [Fact]
    public void Compute_PeriodCannotBeRun_IsToldAndStopped()
    {
        var row = Row(1, "8") with { Period = TimeSpan.Zero };

        var plan = ReminderPlan.Compute(Running((1, "7")), [row], _ => true, s_none);

        plan.Invalid.ShouldBe([row]);
        plan.Start.ShouldBeEmpty();
        plan.Stop.ShouldBe([Key(1)]);
    }

    [Fact]
    public void Compute_AppliedToItsOwnResult_DoesNothingMore() => Sampled.Check(ReminderTables.Samples, table =>
    {
        var running = new Dictionary<ReminderKey, string>(table.Running);
        var plan = ReminderPlan.Compute(running, table.Rows, table.IsOurs, s_none);
        foreach (var key in plan.Stop) running.Remove(key).ShouldBeTrue();
        foreach (var row in plan.Start) running[row.Key] = row.ETag;

        var again = ReminderPlan.Compute(running, table.Rows, table.IsOurs, s_none);

        again.Start.ShouldBeEmpty();
        again.Stop.ShouldBeEmpty();
        running.Keys.ShouldBe(
            table.Rows.Where(row => table.IsOurs(row.Key.GrainId) && row.Period > TimeSpan.Zero).Select(static row => row.Key), ignoreOrder: true);
    });

    [Fact]
    public void Samples_AreWorthwhile()
    {
        Sampled.Share(ReminderTables.Samples, static table => Plan(table).Start.Count > 0).ShouldBeGreaterThan(0.3);
        Sampled.Share(ReminderTables.Samples, static table => Plan(table).Stop.Count > 0).ShouldBeGreaterThan(0.3);
        Sampled.Share(ReminderTables.Samples, static table => Plan(table).Invalid.Count > 0).ShouldBeGreaterThan(0.1);
    }

    private static ReminderPlan Plan(ReminderTables table) => ReminderPlan.Compute(table.Running, table.Rows, table.IsOurs, s_none);

    private static Dictionary<ReminderKey, string> Running(params (int Number, string ETag)[] reminders) =>
        reminders.ToDictionary(static item => Key(item.Number), static item => item.ETag);

    private static ReminderKey Key(int number) => ReminderTables.Key(number);

    private static ReminderRow Row(int number, string etag) => new(Key(number), DateTime.UnixEpoch, TimeSpan.FromHours(1), etag);
}
