using Warren.Cli.Output;
using Warren.Cli.Running;

namespace Warren.Cli.Top;

/// <summary>A table that is drawn over and over in one place of the terminal, as much of it as there is room for.</summary>
internal sealed class TopScreen(Terminal terminal)
{
    private const int StandardRows = 24;

    // Above the table, and below it, where the cursor stands.
    private const int OtherLines = 2;

    private int _lines;

    /// <summary>Draws a table in the place of the one before.</summary>
    public void Draw(string heading, Table table)
    {
        var (columns, rows) = terminal.Measure() ?? (terminal.Width, StandardRows);
        using var text = new StringWriter();
        table.WriteTo(text, columns);
        var lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var room = Math.Max(rows - OtherLines, 1);
        if (lines.Length > room) lines = [.. lines.Take(room - 1), $"and {lines.Length - room + 1} more"];
        using var drawn = new StringWriter();

        // Up to where the last one began; each line is cleared before it is written, and what is left below afterwards.
        if (_lines > 0) drawn.Write($"\e[{_lines}A\r");
        foreach (var line in lines.Prepend(heading)) drawn.Write($"\e[K{(line.Length <= columns ? line : line[..columns])}\n");
        drawn.Write("\e[J");
        _lines = lines.Length + 1;
        terminal.Out.Write(drawn.ToString());
        terminal.Out.Flush();
    }
}
