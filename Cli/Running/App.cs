using System.CommandLine;
using Grpc.Core;
using Warren.Cli.Applying;
using Warren.Cli.Cluster;
using Warren.Cli.Contexts;
using Warren.Cli.Errors;
using Warren.Cli.Nodes;
using Warren.Cli.Objects;
using Warren.Cli.Services;
using Warren.Cli.Tasks;

namespace Warren.Cli.Running;

/// <summary>The command <c>warren</c>: its tree, and how a command is carried out. Only the branch that was typed is built, since a start should take no time.</summary>
internal sealed class App(Terminal terminal, TimeProvider time)
{
    private static readonly (string Noun, string Description, Func<App, Command, Command> Fill)[] s_nouns =
    [
        ("apply", "Make the cluster as files say", ApplyCommands.FillApply),
        ("plan", "Show what apply would do, field by field and task by task", ApplyCommands.FillPlan),
        ("delete", "Remove what files name", ApplyCommands.FillDelete),
        ("service", "Services: what is wanted to run", ServiceCommands.Fill),
        ("task", "Tasks: the attempts to run a service's replicas", TaskCommands.Fill),
        ("node", "Nodes: the machines that run tasks", NodeCommands.Fill),
        ("secret", "Secrets: files for tasks that nobody but they may read", SecretCommands.Fill),
        ("config", "Configs: files for tasks that are no secret", ConfigCommands.Fill),
        ("volume", "Volumes: files that outlive containers", VolumeCommands.Fill),
        ("cluster", "The cluster as a whole", ClusterCommands.Fill),
        ("context", "The clusters that this command knows", ContextCommands.Fill),
        ("events", "What happened, and happens", EventsCommand.Fill),
        ("version", "The versions of this command and of the manager", VersionCommand.Fill),
        ("completion", "A script that completes commands in a shell", CompletionCommand.Fill),
    ];

    public Terminal Terminal => terminal;

    public TimeProvider Time => time;

    public HostOptions Hosts { get; } = new();

    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Names alone, and no progress", Recursive = true };

    /// <summary>Carries a command out.</summary>
    /// <returns>The exit code, see <see cref="ExitCodes"/>.</returns>
    public async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.Length == 0) arguments = ["--help"];
        var root = Build(arguments[0].StartsWith('[') ? null : arguments.FirstOrDefault(word => s_nouns.Any(noun => noun.Noun == word)) ?? "");
        IReadOnlyList<string> words;
        try
        {
            words = CommandWords.Check(root, arguments);
        }
        catch (CliException failure)
        {
            return Show(failure);
        }

        // A word that begins with @ is one, such as @daily, and no file of further words.
        var parsed = root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction) return UsageErrors.Show(parsed, terminal);
        return await parsed.InvokeAsync(new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false });
    }

    /// <summary>The tree of commands.</summary>
    /// <param name="noun">The branch that is filled; empty: none; null: all.</param>
    public RootCommand Build(string? noun = null)
    {
        var root = new RootCommand("Warren runs containers on many machines.");
        Hosts.AddTo(root);
        root.Add(Quiet);
        foreach (var (name, description, fill) in s_nouns)
        {
            var command = new Command(name, description);
            root.Add(noun is null || noun == name ? fill(this, command) : command);
        }

        return root;
    }

    /// <summary>Says what a command does when it is typed.</summary>
    public Command On(Command command, Func<Call, Task<int>> action)
    {
        command.SetAction(async (parsed, cancellation) =>
        {
            using var call = new Call(this, parsed, cancellation);
            try
            {
                return await action(call);
            }
            catch (RpcException) when (cancellation.IsCancellationRequested)
            {
                return ExitCodes.Interrupted;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return ExitCodes.Interrupted;
            }
            catch (RpcException failure)
            {
                return Show(CallErrors.Of(failure, call.Where));
            }
            catch (CliException failure)
            {
                return Show(failure);
            }
        });
        return command;
    }

    private int Show(CliException failure)
    {
        terminal.Error.WriteLine($"Error: {failure.Message}");
        terminal.Error.WriteLine($"  {failure.Hint}");
        return failure.ExitCode;
    }
}
