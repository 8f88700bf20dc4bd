using Spectre.Console;
using Warren.Cli.Running;
using Warren.Cli.Services;
using Warren.Cli.Tasks;
using Warren.V1;

namespace Warren.Cli.Progress;

/// <summary>A block of lines that is drawn over and over: the service, and its tasks, those first that are not ready.</summary>
internal sealed class LiveView(Terminal terminal, TimeProvider time) : IProgressView
{
    private const int MaxTasks = 12;

    private readonly IAnsiConsole _console = AnsiConsole.Create(new()
    {
        Ansi = AnsiSupport.Yes,
        ColorSystem = terminal.UsesColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        Out = new AnsiConsoleOutput(terminal.Error),
    });

    private int _lines;

    public void Show(Service service, IReadOnlyList<V1.Task> tasks)
    {
        var rows = new List<(string Text, string Color)> { ($"{service.Revision.Spec.Name}  {ServiceText.Ready(service)}  {ServiceText.State(service)}", Color(service.Progress.State)) };
        foreach (var task in tasks.OrderBy(task => task.IsReady).ThenBy(task => task.Id, StringComparer.Ordinal).Take(MaxTasks))
        {
            var since = Output.Text.Span(time.GetUtcNow() - task.Observed.At.ToDateTimeOffset());
            rows.Add(($"  {task.Id}  {TaskCommands.State(task)} {since}{(task.NodeName.Length == 0 ? "" : "  " + task.NodeName)}  {TaskCommands.Reason(task)}".TrimEnd(), task.IsReady ? "green" : "default"));
        }

        if (tasks.Count > MaxTasks) rows.Add(($"  and {tasks.Count - MaxTasks} more", "default"));
        Draw(rows);
    }

    public void End(string sentence)
    {
        _lines = 0;
        terminal.Error.WriteLine(sentence);
    }

    public void Dispose()
    {
    }

    private static string Color(ProgressState state) => state switch
    {
        ProgressState.Converged => "green",
        ProgressState.Stuck => "red",
        _ => "default",
    };

    private void Draw(List<(string Text, string Color)> rows)
    {
        // Over what was drawn last: up, and each line from its beginning; what is left below goes.
        if (_lines > 0) _console.Write(new ControlCode($"\u001b[{_lines}A\r"));
        foreach (var (text, color) in rows)
        {
            var cut = text.Length < terminal.Width ? text : text[..(terminal.Width - 2)] + "…";
            _console.Write(new ControlCode("\u001b[K"));
            _console.MarkupLine($"[{color}]{Markup.Escape(cut)}[/]");
        }

        _console.Write(new ControlCode("\u001b[J"));
        _lines = rows.Count;
    }
}
