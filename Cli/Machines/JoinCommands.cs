using System.CommandLine;
using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Machines;

/// <summary><c>warren worker join</c> and <c>warren manager join</c>.</summary>
internal static class JoinCommands
{
    private const string Background = "It runs in the background until 'warren cluster leave' or the machine's end; the same command starts it again";

    /// <summary>Adds it to the noun.</summary>
    public static Command FillWorker(App app, Command worker)
    {
        var (root, wait, flags, more, name, token) = (Machine.RootOption(), Machine.WaitOption(), new WorkerFlags(), InitCommand.MoreOptions(), InitCommand.Name(), Token("after its certificate has ended"));
        var manager = new Argument<string>("manager") { Description = "A manager of the cluster, ADDRESS[:PORT] (2390)" };
        var port = new Option<int?>("--join-port") { Description = "The managers' port on which machines join [default: 2391]", HelpName = "port" };
        var command = new Command("join", "Make this machine a worker of a cluster: start the daemon that runs containers, and wait until its node is ready. " + Background) { manager, more, token, root, name, port };
        flags.AddTo(command);
        command.Add(wait);
        worker.Add(app.On(command, async call =>
        {
            using var machine = Machine.Open(call.Get(root)!);
            string[] options = [$"--manager={call.Get(manager)}", .. InitCommand.Named(call, name), .. flags.Given(call), .. call.Get(port) is { } given ? [$"--join-port={given}"] : Array.Empty<string>(), .. call.Get(more)!];
            var wasMember = machine.Worker.IsMember && !machine.Worker.HasEnded(call.Time.GetUtcNow());
            var wasStarted = await new WorkerStart(call, machine).EnsureAsync(options, () => Task.FromResult(Find(call, token, machine.Worker)), Values.Time("--wait", call.Get(wait)!));
            Tell(call, machine.Worker, "worker", wasMember, wasStarted);
            return ExitCodes.Done;
        }));
        return worker;
    }

    /// <summary>Adds it to the noun.</summary>
    public static Command FillManager(App app, Command manager)
    {
        var (root, wait, flags, more, name, token) = (Machine.RootOption(), Machine.WaitOption(), new ManagerFlags(isForOneMachine: false), InitCommand.MoreOptions(), InitCommand.Name(), Token("after its certificate has ended, unless all managers are off"));
        var other = new Argument<string>("manager") { Description = "A manager of the cluster, ADDRESS[:PORT], the port being that for joining (2391)" };
        var command = new Command("join", "Make this machine another manager of a cluster whose managers share a PostgreSQL database. " + Background) { other, more, token, root, name };
        flags.AddTo(command);
        command.Add(wait);
        manager.Add(app.On(command, async call =>
        {
            using var machine = Machine.Open(call.Get(root)!);
            var folder = machine.Manager;
            if (!folder.IsMember && !flags.Given(call).Contains("--store=postgres"))
                throw new CliException(ExitCodes.Usage, "--postgres-file: must be given: several managers share one database", "give the file with the connection string that the other managers have");

            // One whose certificate has ended may have to give itself another one, since nobody is there who could give it a token. It says so if somebody is.
            var wasMember = folder.IsMember && (call.Get(token) is null || !folder.HasEnded(call.Time.GetUtcNow()));
            string[] once = wasMember ? [] : [$"--token={folder.TokenFile}", $"--manager={call.Get(other)}"];
            try
            {
                if (!wasMember)
                {
                    folder.Make();
                    folder.KeepToken(Read(call, token, WhyOf(folder)));
                }

                var wasStarted = await new ManagerStart(call, machine, flags).EnsureAsync([.. InitCommand.Named(call, name), .. call.Get(more)!], once, Values.Time("--wait", call.Get(wait)!));
                Tell(call, folder, "manager", wasMember, wasStarted);
            }
            finally
            {
                folder.ForgetToken();
            }

            return ExitCodes.Done;
        }));
        return manager;
    }

    private static Option<string?> Token(string again) =>
        new("--token") { Description = "The join token, a file that holds it, or - for the standard input; needed until the machine has joined, and " + again, HelpName = "token" };

    // After a restart of the machine the tasks come first.
    private static string? Find(Call call, Option<string?> token, DaemonFolder worker) =>
        worker.IsMember && worker.Process is null && call.Get(token) is null ? null
        : Read(call, token, WhyOf(worker));

    private static string WhyOf(DaemonFolder folder) => folder.IsMember ? "the certificate of this machine has ended, by its clock" : "this machine has not joined yet";

    private static string Read(Call call, Option<string?> token, string why) => call.Get(token) is { } given
        ? JoinTokens.Read(call.Terminal, given)
        : throw new CliException(ExitCodes.Usage, "--token: must be given: " + why, "on a manager, 'warren cluster join-token create' makes one");

    private static void Tell(Call call, DaemonFolder folder, string role, bool wasMember, bool wasStarted) => call.Done(folder.Node ?? role, (wasMember, wasStarted) switch
    {
        (false, _) => $"this machine has joined as the {role} {folder.Node}, which is ready",
        (true, true) => $"this machine has joined before: the {role} {folder.Node} was started again, and is ready",
        _ => $"this machine has joined already: the {role} {folder.Node} runs",
    });
}
