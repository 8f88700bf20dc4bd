namespace Warren.Cli.Output;

/// <summary>Columns that fit the terminal: the widest of those that may be cut are cut first.</summary>
/// <param name="headings">The heading of each column; one that ends with <c>*</c> may be cut.</param>
internal sealed class Table(params string[] headings)
{
    private const int Gap = 2, Least = 6;

    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(cell => cell.Replace('\n', ' '))]);

    /// <summary>Writes all of it.</summary>
    public void WriteTo(TextWriter writer, int width)
    {
        var titles = headings.Select(heading => heading.TrimEnd('*')).ToArray();
        var widths = titles.Select((title, i) => _rows.Select(row => row[i].Length).Append(title.Length).Max()).ToArray();
        Fit(widths, width);
        foreach (var row in _rows.Prepend(titles))
            writer.WriteLine(string.Join(new string(' ', Gap), row.Select((cell, i) => Cut(cell, widths[i]).PadRight(widths[i]))).TrimEnd());
    }

    private static string Cut(string cell, int width) => cell.Length <= width ? cell : cell[..(width - 1)] + "…";

    private void Fit(int[] widths, int width)
    {
        while (widths.Sum() + (Gap * (widths.Length - 1)) > width)
        {
            var widest = -1;
            for (var i = 0; i < widths.Length; i++)
            {
                if (headings[i].EndsWith('*') && widths[i] > Math.Max(Least, headings[i].Length - 1) && (widest < 0 || widths[i] > widths[widest])) widest = i;
            }

            if (widest < 0) return;
            widths[widest]--;
        }
    }
}
