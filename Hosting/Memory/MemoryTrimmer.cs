using Microsoft.Extensions.Hosting;

namespace Warren.Hosting.Memory;

/// <summary>
/// Gives memory back to the machine, which belongs to its containers: what a burst of work needed stays with the collector otherwise for as long as the
/// process rests, and the code that it ran stays mapped. It costs one collection of some milliseconds, when there is nothing else to do.
/// </summary>
internal sealed class MemoryTrimmer(TimeProvider time) : BackgroundService
{
    private const double BusyRate = 2_000_000;

    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(5), s_moment = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var rule = new TrimRule(BusyRate);
        var (at, allocated) = (time.GetTimestamp(), GC.GetTotalAllocatedBytes());
        using var timer = new PeriodicTimer(s_window, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var (now, before) = (time.GetTimestamp(), rule);
                (var isDue, rule) = before.Look(GC.GetTotalAllocatedBytes() - allocated, time.GetElapsedTime(at, now));
                if (isDue)
                {
                    // Work that has begun at the end of the window is not held up: it has to rest for a moment more.
                    allocated = GC.GetTotalAllocatedBytes();
                    await Task.Delay(s_moment, time, stoppingToken);
                    if (before.Look(GC.GetTotalAllocatedBytes() - allocated, time.GetElapsedTime(now)).IsDue) Trim();
                    else rule = before;
                }

                (at, allocated) = (now, GC.GetTotalAllocatedBytes());
            }
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
    }

    private static void Trim()
    {
        // What the search leaves behind is collected too, and what the collector's own code takes is let go.
        var files = MappedFiles.Find();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        MappedFiles.Release(files);
    }
}
