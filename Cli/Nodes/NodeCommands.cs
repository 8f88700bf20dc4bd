using System.CommandLine;
using Warren.Cli.Output;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Nodes;

/// <summary><c>warren node</c>.</summary>
internal static class NodeCommands
{
    /// <summary>Adds the verbs.</summary>
    public static Command Fill(App app, Command node)
    {
        node.Add(List(app));
        node.Add(Inspect(app));
        node.Add(Label(app));
        node.Add(Availability(app, "cordon", "Give a node no new tasks; those it has stay", "takes no new tasks", (call, name) =>
            call.Manager.Nodes.CordonAsync(new() { Node = name, Options = Keys.New() }, call.Options).ResponseAsync));
        node.Add(Availability(app, "drain", "Give a node no new tasks, and move those it has away", "is drained: its tasks are moved away", (call, name) =>
            call.Manager.Nodes.DrainAsync(new() { Node = name, Options = Keys.New() }, call.Options).ResponseAsync));
        node.Add(Availability(app, "activate", "Let a node take tasks again", "takes tasks", (call, name) =>
            call.Manager.Nodes.ActivateAsync(new() { Node = name, Options = Keys.New() }, call.Options).ResponseAsync));
        node.Add(Remove(app));
        return node;
    }

    private static Argument<string[]> Nodes() => new("node") { Description = "Ids or names", Arity = ArgumentArity.OneOrMore };

    private static Command List(App app)
    {
        var filter = ListOptions.Filter();
        var command = new Command("list", "Nodes") { filter };
        command.Aliases.Add("ls");
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var nodes = await Pages.AllAsync(async page =>
            {
                var answer = await call.Manager.Nodes.ListAsync(new() { Page = page, LabelSelector = call.Get(filter) ?? "" }, call.Options);
                return (answer.Nodes, answer.NextPageToken);
            });
            return shape.Show(call, nodes, node => node.Id, () =>
            {
                var table = new Table("ID", "NAME*", "STATUS", "AVAILABILITY", "TASKS", "CPU", "MEMORY", "LABELS*");
                foreach (var node in nodes)
                {
                    table.Add(
                        node.Id, node.Description.Name, Text.Word(node.Status.Condition), Text.Word(node.Spec.Availability), Text.Number(node.Reservations.Count),
                        $"{Text.Cores(node.Reservations.Sum(held => held.Resources.CpuMillicores))}/{Text.Cores(node.Description.Capacity.CpuMillicores)}",
                        $"{Text.Bytes(node.Reservations.Sum(held => held.Resources.Memory))}/{Text.Bytes(node.Description.Capacity.Memory)}", Text.Labels(node.Spec.Labels));
                }

                return table;
            });
        });
    }

    private static Command Inspect(App app)
    {
        var name = new Argument<string>("node") { Description = "Its id or name" };
        var command = new Command("inspect", "All that is known of a node") { name };
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var node = await call.Manager.Nodes.GetAsync(new() { Node = call.Get(name) }, call.Options);
            return shape.Show(call, node, node.Id);
        });
    }

    private static Command Label(App app)
    {
        var name = new Argument<string>("node") { Description = "Its id or name" };
        var labels = new Argument<string[]>("labels") { Description = "NAME=VALUE sets a label, NAME- removes it", Arity = ArgumentArity.OneOrMore };
        return app.On(new("label", "Set and remove labels of a node") { name, labels }, async call =>
        {
            var request = new LabelNodeRequest { Node = call.Get(name), Options = Keys.New() };
            foreach (var text in call.Get(labels)!)
            {
                if (text.EndsWith('-') && !text.Contains('=', StringComparison.Ordinal))
                {
                    request.Remove.Add(text[..^1]);
                    continue;
                }

                var (key, value) = Values.Pair("labels", text);
                request.Set[key] = value;
            }

            var node = await call.Manager.Nodes.LabelAsync(request, call.Options);
            call.Done(node.Id, $"node {node.Id} has the labels {(node.Spec.Labels.Count == 0 ? "none" : Text.Labels(node.Spec.Labels))}");
            return ExitCodes.Done;
        });
    }

    private static Command Availability(App app, string verb, string description, string said, Func<Call, string, Task<Node>> change)
    {
        var names = Nodes();
        return app.On(new(verb, description) { names }, async call =>
        {
            foreach (var name in call.Get(names)!)
            {
                var node = await change(call, name);
                call.Done(node.Id, $"node {node.Id} {said}");
            }

            return ExitCodes.Done;
        });
    }

    private static Command Remove(App app)
    {
        var names = Nodes();
        var force = new Option<bool>("--force") { Description = "Also while it has tasks, or is ready and not drained" };
        var confirm = new Confirmation();
        var command = new Command("remove", "Take nodes out of the cluster for good") { names, force };
        command.Aliases.Add("rm");
        confirm.AddTo(command);
        return app.On(command, async call =>
        {
            confirm.Ask(call, $"take {string.Join(", ", call.Get(names)!)} out of the cluster for good");
            foreach (var name in call.Get(names)!)
            {
                await call.Manager.Nodes.RemoveAsync(new() { Node = name, Force = call.Get(force), Options = Keys.New() }, call.Options);
                call.Done(name, $"node {name} is removed");
            }

            return ExitCodes.Done;
        });
    }
}
