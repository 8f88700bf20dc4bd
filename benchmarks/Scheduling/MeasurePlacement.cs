using System.Diagnostics;
using Warren.Benchmarks.Metrics;
using Warren.Grains.Scheduling;
using Warren.Harness;

namespace Warren.Benchmarks.Scheduling;

/// <summary>Times the placement of a mix of services on 1,000 nodes.</summary>
internal static class MeasurePlacement
{
    private const int Nodes = 1_000, Services = 1_000, Rounds = 7, WarmUps = 5;

    public static void Run(Report report)
    {
        var notPlaced = 0;

        // The first run is what a manager pays that has just started.
        report.AddContext("scheduler.first_place_10k", Time(10, out _).TotalSeconds, "s");
        for (var round = 0; round < WarmUps; round++) Time(10, out _);
        Measure("scheduler.place_10k", 10);
        Measure("scheduler.place_100k", 100);
        report.Add("scheduler.not_placed", notPlaced, "tasks");

        var mix = PlacementMix.Snapshot(Nodes, Services, 10);
        report.AddContext("scheduler.place_10k_without_objects", Median(() => Scheduler.Compute(mix)), "s");
        var full = PlacementMix.Snapshot(Nodes, Services, 10, coresPerNode: 0);
        if (!Scheduler.Compute(full).Place.IsEmpty) throw new InvalidOperationException("Tasks were placed on nodes without room.");
        report.AddContext("scheduler.explain_10k", Median(() => Scheduler.Compute(full)), "s");

        void Measure(string name, int tasksPerService)
        {
            var times = new List<double>();
            var before = Environment.CpuUsage.TotalTime;
            for (var round = 0; round < Rounds; round++)
            {
                times.Add(Time(tasksPerService, out var waiting).TotalSeconds);
                notPlaced += waiting;
            }

            report.Add(name, Statistics.Median(times), "s");
            report.AddContext($"{name}_cpu", (Environment.CpuUsage.TotalTime - before).TotalSeconds / Rounds, "s");
        }
    }

    private static TimeSpan Time(int tasksPerService, out int waiting)
    {
        var begun = Stopwatch.GetTimestamp();
        var plan = Scheduler.Compute(PlacementMix.Snapshot(Nodes, Services, tasksPerService));
        var time = Stopwatch.GetElapsedTime(begun);
        waiting = plan.Wait.Length;
        if (plan.Place.Length + waiting != Services * tasksPerService) throw new InvalidOperationException("Tasks are missing in the plan.");
        return time;
    }

    private static double Median(Func<PlacementPlan> compute) => Statistics.Median(
    [
        .. Enumerable.Range(0, Rounds).Select(_ =>
        {
            var begun = Stopwatch.GetTimestamp();
            compute();
            return Stopwatch.GetElapsedTime(begun).TotalSeconds;
        }),
    ]);
}
