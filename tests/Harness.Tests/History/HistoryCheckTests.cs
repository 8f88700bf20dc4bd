using Warren.Harness.Counters;
using Warren.Harness.History;

namespace Warren.Harness.Tests.History;

/// <summary>A history without fault, and each fault planted in it.</summary>
public sealed class HistoryCheckTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly List<HistoryRow> _rows =
    [
        Row(1, "one"), Row(2, "one"), Row(3, "two"), Row(4, "two"),
    ];

    private readonly CounterRecord _record = new(0);
    private readonly Dictionary<int, long> _stored = new() { [0] = 4 };
    private readonly Dictionary<string, DateTimeOffset> _deadSince = [];

    public HistoryCheckTests()
    {
        // The third call failed, and was written all the same.
        foreach (var value in new long[] { 1, 2, 3, 4 })
        {
            var operation = _record.Begin();
            if (value != 3) _record.Acknowledge(operation, new CounterAnswer(value, "silo"));
        }
    }

    [Fact]
    public void Run_AllInOrder_IsClean()
    {
        var verdict = Run();

        verdict.IsClean.ShouldBeTrue();
        verdict.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Run_AcknowledgedWriteOverwritten_CountsTheLoss()
    {
        // Another activation wrote from the state before the second write.
        _rows[1] = _rows[1] with { Operation = 99 };

        Run().LostAcks.ShouldBe(1);
    }

    [Fact]
    public void Run_AcknowledgedWithAnotherValue_CountsTheLoss()
    {
        _record.Acknowledge(_record.Begin(), new CounterAnswer(7, "silo"));
        _rows.Add(Row(5, "two"));
        _stored[0] = 5;

        var verdict = Run();

        verdict.LostAcks.ShouldBe(1);
        verdict.Problems.ShouldBe(["counter 0: operation 5 was acknowledged with 7, the store has 5"]);
    }

    [Fact]
    public void Run_AcknowledgedAndNothingWritten_CountsEachLoss()
    {
        _rows.Clear();
        _stored.Clear();

        Run().LostAcks.ShouldBe(3);
    }

    [Fact]
    public void Run_ActivationWritesAgainAfterItsSuccessor_CountsADoubleRun()
    {
        _rows[3] = _rows[3] with { Activation = "one" };

        var verdict = Run();

        verdict.DoubleRuns.ShouldBe(1);
        verdict.LostAcks.ShouldBe(0);
    }

    [Fact]
    public void Run_OneOperationWrittenTwice_CountsADoubleRun()
    {
        _rows.Add(Row(5, "two") with { Operation = 3 });
        _stored[0] = 5;

        Run().DoubleRuns.ShouldBe(1);
    }

    [Fact]
    public void Run_ValueRepeated_CountsAGap()
    {
        _rows.Insert(2, Row(2, "one") with { Before = 2, After = 12, Operation = 50 });
        _rows[3] = _rows[3] with { Before = 12 };

        Run().Gaps.ShouldBe(1);
    }

    [Fact]
    public void Run_AnotherVersionReplaced_CountsAGap()
    {
        _rows[2] = _rows[2] with { Before = 1 };

        Run().Gaps.ShouldBe(1);
    }

    [Fact]
    public void Run_StoredValueIsNotTheLastWritten_CountsAGap()
    {
        _stored[0] = 3;

        Run().Gaps.ShouldBe(1);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void Run_WriteOfADeadSilo_IsStaleOnlyAfterItsDeath(int secondsAfterDeath, int expected)
    {
        _deadSince["silo"] = s_noon;
        _rows[3] = _rows[3] with { At = s_noon.AddSeconds(secondsAfterDeath) };

        Run().StaleWrites.ShouldBe(expected);
    }

    [Fact]
    public void Run_OtherCounter_IsJudgedForItself()
    {
        _rows.Add(Row(1, "three") with { Counter = 1 });
        _rows.Add(Row(2, "three") with { Counter = 1 });
        _stored[1] = 2;

        HistoryCheck.Run(_rows, _stored, [_record, new CounterRecord(1)], _deadSince).IsClean.ShouldBeTrue();
    }

    private static HistoryRow Row(long value, string activation) =>
        new(Counter: 0, Before: value - 1, After: value, value, Operation: value, "silo", activation, s_noon.AddMinutes(-1));

    private HistoryVerdict Run() => HistoryCheck.Run(_rows, _stored, [_record], _deadSince);
}
