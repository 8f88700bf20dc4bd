using Warren.Agent.Tasks;
using Warren.Agent.Tests.Assignments;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Agent.Tests.Tasks;

/// <summary>What is kept for managers that cannot be told: bounded, however long that lasts, and the last state of no task is lost.</summary>
public sealed class TaskReportsTests
{
    private const int Tasks = 20, Steps = 2_000;

    private static readonly NodeId s_node = new("n1");

    [Fact]
    public void Take_AfterALongCrashLoop_IsOneStateOfEachTask()
    {
        using var reports = new TaskReports();
        for (var i = 1; i <= 100_000; i++) reports.Observe(Wanted.Id(1 + (i % Tasks)), Seen(i));
        var report = reports.Take(s_node, 1, 0);
        report.Tasks.Select(task => task.Observed.LocalRestarts).Order().ShouldBe(Enumerable.Range(100_000 - Tasks + 1, Tasks));
    }

    /// <summary>Whatever is seen, told, lost on the way, doubled and confirmed: in the end the managers have the last of all, and nothing is left to tell.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Take_AnyHistory_EndsWithTheLastStateOfEachTask(int seed)
    {
        var random = new Random(seed);
        using var reports = new TaskReports();
        var last = new Dictionary<TaskId, TaskObservation>();
        var stored = new Dictionary<TaskId, (long Sequence, TaskObservation Observed)>();
        var underway = new List<NodeReport>();
        var (lost, late) = (0, 0);
        for (var step = 1; step <= Steps; step++)
        {
            var task = Wanted.Id(1 + random.Next(Tasks));
            switch (random.Next(10))
            {
                case < 5:
                    reports.Observe(task, last[task] = Seen(step));
                    break;
                case 5:
                    reports.RepeatAll();
                    break;
                case 6:
                    reports.Forget(task);
                    last.Remove(task);
                    break;
                case 7 when underway.Count > 0:
                    // The answer to one that was sent before others.
                    reports.Confirm(Store(underway[random.Next(underway.Count)]));
                    late++;
                    break;
                case 8:
                    Store(reports.Take(s_node, 1, 0));
                    lost++;
                    break;
                default:
                    underway.Add(reports.Take(s_node, 1, 0));
                    break;
            }

            reports.Take(s_node, 1, 0).Tasks.Length.ShouldBeLessThanOrEqualTo(last.Count);
        }

        lost.ShouldBeGreaterThan(100);
        late.ShouldBeGreaterThan(100);
        reports.Confirm(Store(reports.Take(s_node, 1, 0)));
        reports.Take(s_node, 1, 0).Tasks.ShouldBeEmpty();
        last.Count.ShouldBeGreaterThan(Tasks / 2);
        foreach (var (task, observed) in last) stored[task].Observed.ShouldBeSameAs(observed);

        // As the grain of a task does: what is older than it has is not taken.
        NodeReport Store(NodeReport report)
        {
            foreach (var told in report.Tasks)
            {
                if (!stored.TryGetValue(told.Task, out var known) || known.Sequence < told.Sequence) stored[told.Task] = (told.Sequence, told.Observed);
            }

            return report;
        }
    }

    private static TaskObservation Seen(int restarts) =>
        new() { State = TaskState.Running, At = DateTimeOffset.UnixEpoch, LocalRestarts = restarts };
}
