using System.Collections.Concurrent;

namespace Warren.Grains.Work;

/// <summary>Calls to many, a bounded number at a time.</summary>
internal static class Batches
{
    /// <summary>So many calls at once neither wait for one another's round trips nor fill the queues of a silo.</summary>
    public const int Width = 64;

    /// <summary>Does something for each.</summary>
    /// <returns>Those for which it failed; the others are done.</returns>
    public static async Task<IReadOnlyList<(T Item, Exception Failure)>> ForEachAsync<T>(IEnumerable<T> items, Func<T, Task> action, int width = Width)
    {
        var left = new ConcurrentQueue<T>(items);
        var failed = new ConcurrentQueue<(T, Exception)>();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(width, left.Count)).Select(_ => WorkAsync()));
        return [.. failed];

        async Task WorkAsync()
        {
            while (left.TryDequeue(out var item))
            {
                try
                {
                    await action(item);
                }
                catch (Exception failure)
                {
                    failed.Enqueue((item, failure));
                }
            }
        }
    }
}
