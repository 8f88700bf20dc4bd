using System.CommandLine;
using System.Globalization;
using Warren.Cli.Execs;
using Warren.Cli.Output;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Tasks;

/// <summary><c>warren task</c>.</summary>
internal static class TaskCommands
{
    /// <summary>Adds the verbs.</summary>
    public static Command Fill(App app, Command task)
    {
        task.Add(List(app));
        task.Add(Inspect(app));
        task.Add(LogsCommand.Make(app, isOfService: false));
        task.Add(ExecCommand.Make(app, isOfService: false));
        return task;
    }

    /// <summary>All tasks that a request means.</summary>
    public static Task<List<V1.Task>> ReadAsync(Call call, ListTasksRequest request) => Pages.AllAsync(async page =>
    {
        request.Page = page;
        var answer = await call.Manager.Tasks.ListAsync(request, call.Options);
        return (answer.Tasks, answer.NextPageToken);
    });

    /// <summary>Tasks as a table.</summary>
    public static Table Table(IEnumerable<V1.Task> tasks, TimeProvider time)
    {
        var table = new Table("TASK*", "NODE*", "STATE", "SINCE", "PORTS*", "REASON*");
        foreach (var task in tasks)
            table.Add(task.Id, task.NodeName.Length > 0 ? task.NodeName : task.Node, State(task), Text.Ago(task.Observed.At, time), Ports(task), Reason(task));
        return table;
    }

    /// <summary>The state, with what is meant to become of it where that differs.</summary>
    public static string State(V1.Task task) => task switch
    {
        { Observed: { State: TaskState.Running, Health: TaskHealth.Starting or TaskHealth.Unready or TaskHealth.Unhealthy } } => Text.Word(task.Observed.Health),
        { Observed.State: TaskState.Running, Desired: DesiredState.Leaving } => "leaving",
        _ => Text.Word(task.Observed.State),
    };

    /// <summary>Why it is so.</summary>
    public static string Reason(V1.Task task) => task.Observed.Reason.Length > 0 ? task.Observed.Reason : task.Desired == DesiredState.Running ? "" : task.DesiredReason;

    private static string Ports(V1.Task task) => string.Join(' ', task.Observed.Ports.Select(port => string.Create(
        CultureInfo.InvariantCulture, $"{(port.HasHostAddress ? port.HostAddress + ":" : "")}{port.HostPort}->{port.ContainerPort}{(port.Protocol == PortProtocol.Udp ? "/udp" : "")}")));

    private static Command List(App app)
    {
        var filter = ListOptions.Filter();
        var all = ListOptions.All();
        var service = new Option<string?>("--service") { Description = "Only those of a service", HelpName = "name" };
        var node = new Option<string?>("--node") { Description = "Only those on a node", HelpName = "node" };
        var command = new Command("list", "Tasks") { service, node, filter, all };
        command.Aliases.Add("ls");
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var request = new ListTasksRequest { LabelSelector = call.Get(filter) ?? "", IncludeEnded = call.Get(all) };
            if (call.Get(service) is { } name) request.Service = name;
            if (call.Get(node) is { } place) request.Node = place;
            var tasks = await ReadAsync(call, request);
            return shape.Show(call, tasks, task => task.Id, () => Table(tasks, call.Time));
        });
    }

    private static Command Inspect(App app)
    {
        var id = new Argument<string>("task") { Description = "Its id, such as web.3.17" };
        var command = new Command("inspect", "All that is known of a task") { id };
        var shape = Shape.AddTo(command);
        return app.On(command, async call => shape.Show(call, await call.Manager.Tasks.GetAsync(new() { Id = call.Get(id) }, call.Options), call.Get(id)!));
    }
}
