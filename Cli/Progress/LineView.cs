using Warren.Cli.Running;
using Warren.Cli.Services;
using Warren.Cli.Tasks;
using Warren.V1;

namespace Warren.Cli.Progress;

/// <summary>A line for each change, for logs and pipes: of the service, and of each task.</summary>
internal sealed class LineView(Terminal terminal) : IProgressView
{
    private readonly Dictionary<string, string> _said = [];

    public void Show(Service service, IReadOnlyList<V1.Task> tasks)
    {
        foreach (var task in tasks)
        {
            var reason = TaskCommands.Reason(task);
            Say(task.Id, $"{TaskCommands.State(task)}{(task.NodeName.Length == 0 ? "" : $" on {task.NodeName}")}{(reason.Length == 0 ? "" : $": {reason}")}");
        }

        Say(service.Revision.Spec.Name, ServiceText.State(service));
    }

    public void End(string sentence) => terminal.Error.WriteLine(sentence);

    public void Dispose()
    {
    }

    private void Say(string name, string what)
    {
        if (_said.GetValueOrDefault(name) == what) return;
        _said[name] = what;
        terminal.Error.WriteLine($"{name} {what}");
    }
}
