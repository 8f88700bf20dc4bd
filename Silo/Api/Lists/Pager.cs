namespace Warren.Silo.Api.Lists;

/// <summary>Fills pages from the names of all objects of a kind: each is asked for, some at a time, and left out if it is gone or not wanted.</summary>
internal static class Pager
{
    // So many grains are asked at once; enough to be quick, too few to hold up others.
    private const int Batch = 64;

    /// <summary>A page.</summary>
    /// <param name="names">All names, in order.</param>
    /// <param name="page">Which part.</param>
    /// <param name="ask">Asks for an object; null: it is not there.</param>
    /// <param name="isWanted">Whether it belongs to the list.</param>
    /// <returns>The objects, and the token of the next page, which is empty at the end.</returns>
    public static async Task<(List<T> Items, string NextToken)> FillAsync<T>(
        IReadOnlyList<string> names, PageRequest page, Func<string, Task<T?>> ask, Func<T, bool> isWanted)
        where T : class
    {
        var items = new List<T>();
        var at = FirstAfter(names, page.After);
        while (at < names.Count)
        {
            var some = names.Skip(at).Take(Math.Min(Batch, page.Size - items.Count)).ToList();
            var found = await Task.WhenAll(some.Select(ask));
            at += some.Count;
            items.AddRange(found.Where(item => item is not null && isWanted(item))!);
            if (items.Count == page.Size) return (items, at < names.Count ? names[at - 1] : "");
        }

        return (items, "");
    }

    private static int FirstAfter(IReadOnlyList<string> names, string after)
    {
        if (after.Length == 0) return 0;
        var at = 0;
        while (at < names.Count && string.CompareOrdinal(names[at], after) <= 0) at++;
        return at;
    }
}
