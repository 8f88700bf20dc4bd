using System.Collections.Immutable;
using Warren.Agent.Runtime;
using Warren.Agent.Stats;
using Warren.Tasks;

namespace Warren.Agent.Tests.Stats;

public sealed class StatsRatesTests
{
    private static readonly TaskId s_task = TaskId.Parse("web.1.1");
    private static readonly DateTimeOffset s_at = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Between_TwoReadings_IsTheAverageOfTheSpan()
    {
        var use = StatsRates.Between(At(10, busy: 100, Stats(cpu: 5, throttled: 1, sent: 1_000, read: 10)), At(12, busy: 103, Stats(cpu: 6, throttled: 2, sent: 5_000, read: 10)));
        use.Cores.ShouldBe(1.5);
        var task = use.Tasks.Single();
        (task.Task, task.Cores, task.CoresThrottled).ShouldBe((s_task, 0.5, 0.5));
        (task.NetworkSent!.Total, task.NetworkSent.Rate, task.BlockRead!.Total, task.BlockRead.Rate).ShouldBe((5_000, 2_000, 10, 0));
        (task.Memory, task.MemoryLimit, task.Pids, task.PidsLimit).ShouldBe((64, 128, 3, null));
    }

    [Fact]
    public void Between_FirstReading_HasNoRatesButAllTotals()
    {
        var use = StatsRates.Between(null, At(10, busy: 100, Stats(cpu: 5, sent: 7)));
        (use.Cores, use.CoresTotal, use.Memory, use.MemoryTotal, use.Disk, use.DiskTotal).ShouldBe((null, 4, 1, 2, 3, 4));
        var task = use.Tasks.Single();
        (task.Cores, task.NetworkSent!.Total, task.NetworkSent.Rate, task.Memory).ShouldBe((null, 7, null, 64));
    }

    [Fact]
    public void Between_TaskThatCameMeanwhile_HasNoRates()
    {
        var before = At(10, busy: 100, Stats()) with { Tasks = ImmutableSortedDictionary<TaskId, TaskReading>.Empty };
        StatsRates.Between(before, At(12, busy: 100, Stats(cpu: 1))).Tasks.Single().Cores.ShouldBeNull();
    }

    [Fact]
    public void Between_CounterThatWentBack_HasNoRate()
    {
        var use = StatsRates.Between(At(10, busy: 100, Stats(cpu: 5, sent: 1_000)), At(12, busy: 50, Stats(cpu: 1, sent: 10)));
        (use.Cores, use.Tasks[0].Cores, use.Tasks[0].NetworkSent!.Total, use.Tasks[0].NetworkSent!.Rate).ShouldBe((null, null, 10, null));
    }

    [Theory]
    [InlineData(-86_400)]
    [InlineData(86_400)]
    public void Between_ClockThatWasSetMeanwhile_ChangesNothing(int seconds)
    {
        var later = At(12, busy: 103, Stats(cpu: 6)) with { At = s_at.AddSeconds(seconds) };
        var use = StatsRates.Between(At(10, busy: 100, Stats(cpu: 5)), later);
        (use.Cores, use.Tasks[0].Cores, use.At).ShouldBe((1.5, 0.5, s_at.AddSeconds(seconds)));
    }

    [Fact]
    public void Between_TheSameReadingTwice_HasNoRates()
    {
        var reading = At(10, busy: 100, Stats(cpu: 5));
        (StatsRates.Between(reading, reading).Cores, StatsRates.Between(reading, reading).Tasks[0].Cores).ShouldBe((null, null));
    }

    [Fact]
    public void Between_TaskThatCannotBeRead_HasTheProblemAlone()
    {
        var now = At(12, busy: 100, Stats()) with { Tasks = ImmutableSortedDictionary<TaskId, TaskReading>.Empty.Add(s_task, new(TimeSpan.FromSeconds(12), null, "no")) };
        var task = StatsRates.Between(At(10, busy: 100, Stats()), now).Tasks.Single();
        (task.Problem, task.Cores, task.Memory, task.BlockRead).ShouldBe(("no", null, 0, null));
    }

    [Fact]
    public void Between_NetworkOfTheNode_IsNotCounted() =>
        StatsRates.Between(At(10, busy: 1, Stats(sent: null)), At(11, busy: 1, Stats(sent: null))).Tasks[0].NetworkSent.ShouldBeNull();

    [Fact]
    public void NodeMeter_LinesOfTheKernel_AreReadByTheirNames()
    {
        NodeMeter.Busy("cpu  100 20 30 5000 70 1 2 3 40 50").ShouldBe(TimeSpan.FromSeconds(1.56));
        NodeMeter.Busy("cpu 100 20 30 5000").ShouldBe(TimeSpan.FromSeconds(1.5));
        NodeMeter.Memory(["MemTotal:       1000 kB", "MemFree:  1 kB", "MemAvailable:    600 kB"]).ShouldBe((400 * 1024, 1000 * 1024));
    }

    private static StatsReading At(int seconds, int busy, ContainerStats stats) => new()
    {
        Moment = TimeSpan.FromSeconds(seconds),
        At = s_at.AddSeconds(seconds),
        Node = new(TimeSpan.FromSeconds(busy), 4, 1, 2, 3, 4),
        HasTasks = true,
        Tasks = ImmutableSortedDictionary<TaskId, TaskReading>.Empty.Add(s_task, new(TimeSpan.FromSeconds(seconds), stats, null)),
    };

    private static ContainerStats Stats(double cpu = 0, double throttled = 0, long? sent = 0, long read = 0) => new()
    {
        At = s_at,
        Timestamp = 0,
        CpuTime = TimeSpan.FromSeconds(cpu),
        CpuThrottled = TimeSpan.FromSeconds(throttled),
        MemoryWithCache = 100,
        Memory = 64,
        MemoryLimit = 128,
        NetworkReceived = sent,
        NetworkSent = sent,
        BlockRead = read,
        BlockWritten = 0,
        Pids = 3,
    };
}
