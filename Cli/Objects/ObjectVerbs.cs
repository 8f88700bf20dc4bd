using System.CommandLine;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Warren.Cli.Errors;
using Warren.Cli.Output;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Objects;

/// <summary>What the verbs of secrets, configs and volumes have in common.</summary>
internal static class ObjectVerbs
{
    /// <summary>The name of one.</summary>
    public static Argument<string> Name(string kind) => new(kind) { Description = $"The {kind}" };

    /// <summary><c>list</c>.</summary>
    public static Command List<T>(
        App app, string kind, Func<Call, Page, string, Task<(RepeatedField<T> Items, string Next)>> read, Func<T, string> nameOf, string[] headings, Func<T, TimeProvider, string[]> row)
        where T : IMessage
    {
        var filter = ListOptions.Filter();
        var command = new Command("list", $"The {kind}s that there are") { filter };
        command.Aliases.Add("ls");
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var items = await Pages.AllAsync(page => read(call, page, call.Get(filter) ?? ""));
            return shape.Show(call, items, nameOf, () =>
            {
                var table = new Table(headings);
                foreach (var item in items) table.Add(row(item, call.Time));
                return table;
            });
        });
    }

    /// <summary><c>inspect</c>.</summary>
    public static Command Inspect<T>(App app, string kind, string description, Func<Call, string, Task<T>> read)
        where T : IMessage
    {
        var name = Name(kind);
        var command = new Command("inspect", description) { name };
        var shape = Shape.AddTo(command);
        return app.On(command, async call => shape.Show(call, await read(call, call.Get(name)!), call.Get(name)!));
    }

    /// <summary><c>delete</c>.</summary>
    public static Command Delete(App app, string kind, Func<Call, string, bool, System.Threading.Tasks.Task> delete)
    {
        var names = new Argument<string[]>(kind) { Description = $"{char.ToUpperInvariant(kind[0])}{kind[1..]}s", Arity = ArgumentArity.OneOrMore };
        var force = new Option<bool>("--force") { Description = "Remove the services that use it first" };
        var confirm = new Confirmation();
        var command = new Command("delete", $"Remove {kind}s") { names, force };
        command.Aliases.Add("rm");
        confirm.AddTo(command);
        return app.On(command, async call =>
        {
            confirm.Ask(call, $"remove {string.Join(", ", call.Get(names)!)}{(call.Get(force) ? " and the services that use it" : "")}");
            foreach (var name in call.Get(names)!)
            {
                await delete(call, name, call.Get(force));
                call.Done(name, $"{kind} {name} is removed");
            }

            return ExitCodes.Done;
        });
    }

    /// <summary>Says that an update was given nothing to do.</summary>
    public static CliException Nothing(string flags) => new(ExitCodes.Usage, "there is nothing to change", $"give {flags}");
}
