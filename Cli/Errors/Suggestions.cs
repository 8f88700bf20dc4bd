namespace Warren.Cli.Errors;

/// <summary>Finds what someone may have meant.</summary>
internal static class Suggestions
{
    /// <summary>The most alike of the words that exist; null if none is alike.</summary>
    public static string? For(string word, IEnumerable<string> known)
    {
        var most = Math.Max(1, word.TrimStart('-').Length / 3);
        return known.Select(candidate => (candidate, distance: Distance(word, candidate)))
            .Where(pair => pair.distance <= most).OrderBy(pair => pair.distance).ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Select(pair => pair.candidate).FirstOrDefault();
    }

    // How many letters must be put in, left out, replaced or swapped with their neighbour.
    private static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= right.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[left.Length, right.Length];
    }
}
