using System.CommandLine;
using Grpc.Core;
using Warren.Cli.Applying;
using Warren.Cli.Cluster;
using Warren.Cli.Completing;
using Warren.Cli.Contexts;
using Warren.Cli.Errors;
using Warren.Cli.Images;
using Warren.Cli.Machines;
using Warren.Cli.Nodes;
using Warren.Cli.Objects;
using Warren.Cli.Services;
using Warren.Cli.Tasks;
using Warren.Cli.Top;

namespace Warren.Cli.Running;

/// <summary>The command <c>warren</c>: its tree, and how a command is carried out. Only the branch that was typed is built, since a start should take no time.</summary>
internal sealed class App(Terminal terminal, TimeProvider time) : IDisposable
{
    private static readonly (string Noun, string Description, Func<App, Command, Command> Fill)[] s_nouns =
    [
        ("up", "Bring up a cluster on this machine, manager and worker, in the background", UpCommand.Fill),
        ("apply", "Make the cluster as files say", ApplyCommands.FillApply),
        ("plan", "Show what apply would do, field by field and task by task", ApplyCommands.FillPlan),
        ("delete", "Remove what files name", ApplyCommands.FillDelete),
        ("service", "Services: what is wanted to run", ServiceCommands.Fill),
        ("task", "Tasks: the attempts to run a service's replicas", TaskCommands.Fill),
        ("node", "Nodes: the machines that run tasks", NodeCommands.Fill),
        ("secret", "Secrets: files for tasks that nobody but they may read", SecretCommands.Fill),
        ("config", "Configs: files for tasks that are no secret", ConfigCommands.Fill),
        ("volume", "Volumes: files that outlive containers", VolumeCommands.Fill),
        ("image", "Images on nodes", ImageCommands.Fill),
        ("top", "What services, tasks and nodes use, live", TopCommand.Fill),
        ("cluster", "The cluster as a whole", ClusterCommands.Fill),
        ("manager", "This machine as a manager of a cluster", JoinCommands.FillManager),
        ("worker", "This machine as a worker of a cluster", JoinCommands.FillWorker),
        ("context", "The clusters that this command knows", ContextCommands.Fill),
        ("events", "What happened, and happens", EventsCommand.Fill),
        ("version", "The versions of this command and of the manager", VersionCommand.Fill),
        ("completion", "A script that completes commands in a shell", CompletionCommand.Fill),
    ];

    private readonly HashSet<Command> _withOwnSignals = [];
    private readonly List<Call> _calls = [];
    private string[]? _typed;

    public Terminal Terminal => terminal;

    public TimeProvider Time => time;

    public HostOptions Hosts { get; } = new();

    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Names alone, and no progress", Recursive = true };

    /// <summary>Carries a command out.</summary>
    /// <returns>The exit code, see <see cref="ExitCodes"/>.</returns>
    public async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.Length == 0) arguments = ["--help"];
        if (Completion.IsAsked(arguments)) return await Completion.AnswerAsync(this, arguments);
        var root = Build(arguments[0].StartsWith('[') ? null : arguments);
        try
        {
            var words = CommandWords.Check(root, arguments);

            // A word that begins with @ is one, such as @daily, and no file of further words.
            var parsed = root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction) return UsageErrors.Show(parsed, terminal);
            return await parsed.InvokeAsync(Configuration(parsed.CommandResult.Command));
        }
        catch (CliException failure)
        {
            return Show(failure);
        }
    }

    // Whoever handles signals itself is not cancelled by them.
    private InvocationConfiguration Configuration(Command command)
    {
        var configuration = new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false };
        if (_withOwnSignals.Contains(command)) configuration.ProcessTerminationTimeout = null;
        return configuration;
    }

    /// <summary>The tree of commands.</summary>
    /// <param name="typed">The words whose branches are filled; null: all are.</param>
    public RootCommand Build(string[]? typed = null)
    {
        _typed = typed;
        var root = new RootCommand("Warren runs containers on many machines.");
        foreach (var option in root.Options)
        {
            if (option.Action is not System.CommandLine.Help.HelpAction help) continue;
            help.MaxWidth = terminal.Width;

            // As the command prompt of another system has them.
            foreach (var alias in option.Aliases.Where(alias => alias.StartsWith('/')).ToList()) option.Aliases.Remove(alias);
        }

        Hosts.AddTo(root);
        root.Add(Quiet);
        foreach (var (name, description, fill) in s_nouns)
        {
            var command = new Command(name, description);
            root.Add(IsWanted(name) ? fill(this, command) : command);
        }

        return root;
    }

    /// <summary>Whether a command is among the words, so that what it has many of has to be made.</summary>
    public bool IsWanted(string name) => _typed is null || _typed.Contains(name);

    /// <summary>Says what a command does when it is typed.</summary>
    /// <param name="command">The command.</param>
    /// <param name="action">What it does.</param>
    /// <param name="hasOwnSignals">Whether it handles signals itself. Default: those that end a process cancel it.</param>
    public Command On(Command command, Func<Call, Task<int>> action, bool hasOwnSignals = false)
    {
        if (hasOwnSignals) _withOwnSignals.Add(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var call = new Call(this, parsed, cancellation);
            _calls.Add(call);
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
                var told = CallErrors.Of(failure, call.Where);
                return Show(failure.StatusCode == StatusCode.NotFound ? await KnownNames.SuggestAsync(call, told) : told);
            }
            catch (CliException failure)
            {
                return Show(failure.Hint == Values.SeeHelp ? new(failure.ExitCode, failure.Message, $"see '{UsageErrors.PathOf(parsed)} --help'") : failure);
            }
        });
        return command;
    }

    /// <summary>Closes what commands have opened. A process that ends need not: to close connections in use takes longer than to leave that to the kernel.</summary>
    public void Dispose()
    {
        foreach (var call in _calls) call.Dispose();
    }

    private int Show(CliException failure)
    {
        terminal.Error.WriteLine($"Error: {failure.Message}");
        terminal.Error.WriteLine($"  {failure.Hint}");
        return failure.ExitCode;
    }
}
