using System.CommandLine;
using Warren.Cli.Errors;
using Warren.Cli.Running;
using Warren.Cli.Tasks;
using Warren.V1;

namespace Warren.Cli.Execs;

/// <summary><c>warren service exec</c> and <c>warren task exec</c>.</summary>
internal static class ExecCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="app">The command line.</param>
    /// <param name="isOfService">Whether a service may be named, of which the first task that runs is taken.</param>
    public static Command Make(App app, bool isOfService)
    {
        var name = new Argument<string>(isOfService ? "service" : "task") { Description = isOfService ? "The service, of which the first task that runs is taken, or a task's id" : "The task's id" };
        var words = new Argument<string[]>("command") { Description = "The program and its arguments", Arity = ArgumentArity.OneOrMore };
        var interactive = new Option<bool>("--interactive", "-i") { Description = "Hand the standard input on" };
        var tty = new Option<bool>("--tty", "-t") { Description = "Give it a terminal, which is this one" };
        var env = new Option<string[]>("--env", "-e") { Description = "A variable, NAME=VALUE, or NAME for the value that it has here; may be repeated", HelpName = "pair" };
        var user = new Option<string?>("--user", "-u") { Description = "Who it runs as [default: the container's user]", HelpName = "user" };
        var folder = new Option<string?>("--workdir", "-w") { Description = "Its working folder [default: the container's]", HelpName = "path" };
        var command = new Command("exec", isOfService ? "Run a process in the container of a task of a service" : "Run a process in the container of a task")
        {
            name, words, interactive, tty, env, user, folder,
        };
        return app.On(command, async call =>
        {
            if (call.Get(tty) && !call.Terminal.IsInputTerminal)
                throw new CliException(ExitCodes.Usage, "--tty: the standard input is no terminal", "leave --tty out, and keep --interactive to hand input on");
            var typed = call.Get(words)!;
            var start = new ExecStart { Command = typed[0], Args = { typed.Skip(1) }, Tty = call.Get(tty), Stdin = call.Get(interactive) };
            foreach (var pair in call.Get(env) ?? [])
            {
                var (variable, value) = pair.Contains('=', StringComparison.Ordinal) ? Values.Pair("--env", pair) : (pair, call.Terminal.Variable(pair));
                if (value is not null) start.Env[variable] = value;
            }

            if (call.Get(user) is { } who) start.User = who;
            if (call.Get(folder) is { } place) start.WorkingDirectory = place;
            start.Task = isOfService ? await FindAsync(call, call.Get(name)!) : call.Get(name)!;
            using var session = new ExecSession(call);
            return await session.RunAsync(start);
        }, hasOwnSignals: true);
    }

    // The name of a service has no dots, the id of a task has two.
    private static async Task<string> FindAsync(Call call, string name)
    {
        if (name.Contains('.', StringComparison.Ordinal)) return name;
        var tasks = await TaskCommands.ReadAsync(call, new() { Service = name });
        return tasks.FirstOrDefault(task => task is { Observed.State: TaskState.Running, Desired: DesiredState.Running })?.Id
            ?? throw new CliException(ExitCodes.Conflict, $"no task of {name} runs", $"'warren service tasks {name}' shows why");
    }
}
