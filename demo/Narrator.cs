using System.Globalization;
using System.Text;

namespace Warren.Demo;

/// <summary>Tells what happens, with the time since the beginning, in lines that fit a terminal of 80 columns.</summary>
internal sealed class Narrator(TextWriter output, TimeProvider time)
{
    private const int Width = 80, Indent = 10, BarWidth = 40;

    private readonly long _begun = time.GetTimestamp();
    private readonly Lock _gate = new();

    /// <summary>Begins a paragraph, with the time before it.</summary>
    public void Say(string text) => Write(string.Create(CultureInfo.InvariantCulture, $"[{time.GetElapsedTime(_begun).TotalSeconds,5:F1} s] "), text);

    /// <summary>Goes on with a paragraph.</summary>
    public void Add(string text) => Write(new string(' ', Indent), text);

    /// <summary>A line as it is, below a paragraph.</summary>
    public void Quote(string line)
    {
        lock (_gate) output.WriteLine(line.Length == 0 ? "" : new string(' ', Indent) + line);
    }

    /// <summary>One line for each name, with a bar as long as its share.</summary>
    public void Bars(IEnumerable<(string Name, int Count, string Note)> rows)
    {
        var list = rows.ToList();
        var most = Math.Max(1, list.Max(row => row.Count));
        var width = list.Max(row => row.Name.Length);
        foreach (var (name, count, note) in list)
            output.WriteLine($"{new string(' ', Indent)}{name.PadRight(width)}  {new string('#', count * BarWidth / most / (width > 20 ? 2 : 1)).PadRight(width > 20 ? BarWidth / 2 : BarWidth)}  {(note.Length > 0 ? note : count)}");
    }

    private void Write(string start, string text)
    {
        var line = new StringBuilder(start);
        var isEmpty = true;
        lock (_gate)
        {
            foreach (var word in text.Split(' '))
            {
                if (!isEmpty && line.Length + 1 + word.Length > Width)
                {
                    output.WriteLine(line);
                    line.Clear().Append(' ', Indent);
                    isEmpty = true;
                }

                if (!isEmpty) line.Append(' ');
                line.Append(word);
                isEmpty = false;
            }

            output.WriteLine(line);
            output.Flush();
        }
    }
}
