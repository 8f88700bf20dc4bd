using System.Text;

namespace Warren.Cli.Output;

/// <summary>Columns that fit the terminal: the widest of those that may be cut are cut first.</summary>
/// <param name="headings">The heading of each column; one that ends with <c>*</c> may be cut.</param>
internal sealed class Table(params string[] headings)
{
    private const int Gap = 2, Least = 6;

    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells) => _rows.Add(Array.ConvertAll(cells, cell => cell.Replace('\n', ' ')));

    /// <summary>Writes all of it.</summary>
    public void WriteTo(TextWriter writer, int width)
    {
        var titles = Array.ConvertAll(headings, heading => heading.TrimEnd('*'));
        List<string[]> rows = [titles, .. _rows];
        var widths = new int[titles.Length];
        foreach (var row in rows)
        {
            for (var i = 0; i < widths.Length; i++) widths[i] = Math.Max(widths[i], row[i].Length);
        }

        Fit(widths, width);
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            var line = "";
            for (var i = 0; i < widths.Length; i++) line += Cut(row[i], widths[i]).PadRight(widths[i] + Gap);
            text.AppendLine(line.TrimEnd());
        }

        writer.Write(text.ToString());
    }

    private static string Cut(string cell, int width) => cell.Length <= width ? cell : cell[..(width - 1)] + "…";

    private void Fit(int[] widths, int width)
    {
        var total = Gap * (widths.Length - 1);
        foreach (var each in widths) total += each;
        for (; total > width; total--)
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
