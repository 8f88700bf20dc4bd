using System.Diagnostics;
using Warren.Harness;

namespace Warren.Benchmarks.Engine;

/// <summary>Callers that each make one call after the other, counted over several rounds without stopping between them.</summary>
internal static class ClosedLoop
{
    /// <summary>Lets the callers call, and counts.</summary>
    /// <param name="callers">How many call at the same time.</param>
    /// <param name="call">One call, of the caller with the given number.</param>
    /// <param name="warmUp">Before the first round.</param>
    /// <param name="rounds">How many rounds.</param>
    /// <param name="round">The length of a round.</param>
    public static async Task<Rate> MeasureAsync(
        int callers, Func<int, ValueTask> call, TimeSpan warmUp, int rounds, TimeSpan round)
    {
        using var stop = new CancellationTokenSource();
        var counters = new Counter[callers];
        var running = new Task[callers];
        for (var caller = 0; caller < callers; caller++)
        {
            var (number, counter) = (caller, counters[caller] = new Counter());
            running[caller] = Task.Run(() => RepeatAsync(number, call, counter, stop.Token));
        }

        var failed = Task.WhenAny(running);
        var rates = new List<double>();
        await WaitAsync(warmUp, failed);
        var (cpu, count) = (Environment.CpuUsage.TotalTime, Sum(counters));
        for (var i = 0; i < rounds; i++)
        {
            var (begun, before) = (Stopwatch.GetTimestamp(), Sum(counters));
            await WaitAsync(round, failed);
            rates.Add((Sum(counters) - before) / Stopwatch.GetElapsedTime(begun).TotalSeconds);
        }

        var cost = (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / (Sum(counters) - count);
        await stop.CancelAsync();
        await Task.WhenAll(running);
        return new Rate(Statistics.Median(rates), cost);
    }

    private static async Task WaitAsync(TimeSpan time, Task<Task> failed)
    {
        // A caller ends before it is told to only by an exception.
        if (await Task.WhenAny(Task.Delay(time), failed) == failed) await await failed;
    }

    private static async Task RepeatAsync(int caller, Func<int, ValueTask> call, Counter counter, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await call(caller);
            Volatile.Write(ref counter.Value, counter.Value + 1);
        }
    }

    private static long Sum(Counter[] counters) => counters.Sum(counter => Volatile.Read(ref counter.Value));

    // Far from its neighbours, so that counting does not move cache lines between cores.
    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit, Size = 128)]
    private sealed class Counter
    {
        [System.Runtime.InteropServices.FieldOffset(64)]
        public long Value;
    }
}
