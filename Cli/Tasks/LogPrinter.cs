using System.Globalization;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Tasks;

/// <summary>Writes lines of output: what was written to the standard error goes there, and word of what is missing, too.</summary>
/// <param name="call">The command.</param>
/// <param name="withTask">Whether each line begins with its task.</param>
/// <param name="withTime">Whether each line begins with its time.</param>
internal sealed class LogPrinter(Call call, bool withTask, bool withTime)
{
    // Names are in one column as far as they have come.
    private int _width;

    // The task and stream whose line is not at its end yet.
    private (string Task, bool IsError)? _open;

    /// <summary>Writes a line, or a part of one.</summary>
    public void Write(LogLine line)
    {
        if (line.Notice.Length > 0)
        {
            EndLine();
            call.Terminal.Error.WriteLine($"{line.Task}: {line.Notice}");
            return;
        }

        var (writer, goesOn) = (line.IsError ? call.Terminal.Error : call.Terminal.Out, _open == (line.Task, line.IsError));
        if (!goesOn)
        {
            EndLine();
            if (withTime) writer.Write(line.At.ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z' ", CultureInfo.InvariantCulture));
            if (withTask)
            {
                _width = Math.Max(_width, line.Task.Length);
                writer.Write($"{line.Task.PadRight(_width)} | ");
            }
        }

        writer.Write(line.Text.ToStringUtf8());
        _open = line.IsPartial ? (line.Task, line.IsError) : null;
        if (!line.IsPartial) writer.WriteLine();
        writer.Flush();
    }

    private void EndLine()
    {
        if (_open is { } open) (open.IsError ? call.Terminal.Error : call.Terminal.Out).WriteLine();
        _open = null;
    }
}
