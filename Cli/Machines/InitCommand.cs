using System.CommandLine;
using Warren.Cli.Running;

namespace Warren.Cli.Machines;

/// <summary><c>warren cluster init</c>.</summary>
internal static class InitCommand
{
    /// <summary>The command.</summary>
    public static Command Create(App app)
    {
        var (root, wait, flags, more) = (Machine.RootOption(), Machine.WaitOption(), new ManagerFlags(isForOneMachine: false), MoreOptions());
        var name = Name();
        var command = new Command(
            "init",
            "Make a cluster: start its first manager on this machine, and say how others join. It runs in the background until 'warren cluster leave' or the machine's end; "
            + "the same command starts it again. A unit of systemd for warrend is the operator's to write") { more, root, name };
        flags.AddTo(command);
        command.Add(wait);
        return app.On(command, async call =>
        {
            using var machine = Machine.Open(call.Get(root)!);
            var manager = new ManagerStart(call, machine, flags);
            var isNew = !machine.Manager.IsMember;
            var wasStarted = await manager.EnsureAsync([.. Named(call, name), .. call.Get(more)!], [], Values.Time("--wait", call.Get(wait)!));
            var info = await Machine.InfoAsync(call, manager.Socket);
            var (called, where) = (info?.Manager ?? "?", flags.Where(manager.Options, "--port"));
            if (!isNew)
            {
                call.Done(called, $"this machine has a cluster already: the manager {called} on {where} {(wasStarted ? "was started again" : "runs")}");
                if (!call.IsQuiet) call.Remark("'warren cluster join-token create' makes tokens by which machines join");
                return ExitCodes.Done;
            }

            call.Done(called, $"the cluster is made; its manager {called} runs on {where}");
            if (!call.IsQuiet) Say(call, machine.Manager, manager.Options, flags);
            return ExitCodes.Done;
        });
    }

    /// <summary>Whatever else the daemon takes.</summary>
    public static Argument<string[]> MoreOptions() => new("options") { Description = "After --: further options of warrend (see 'warrend manager --help', 'warrend worker --help'); paths are absolute", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>The daemon's name.</summary>
    public static Option<string?> Name() => new("--name") { Description = "What the cluster calls this machine [default: the machine's name]", HelpName = "name" };

    /// <summary>The daemon's option for it.</summary>
    public static IEnumerable<string> Named(Call call, Option<string?> name) => call.Get(name) is { } given ? [$"--name={given}"] : [];

    private static void Say(Call call, DaemonFolder folder, IReadOnlyList<string> options, ManagerFlags flags)
    {
        var tokens = File.ReadAllLines(Path.Combine(folder.Folder, "identity", "join-tokens")).Select(line => line.Split(' ', 2)).ToDictionary(words => words[0], words => words[1]);
        var join = ManagerFlags.Value(options, "--join-port") is { } port ? $" --join-port {port}" : "";
        call.Say($"\nOn a machine that is to run containers, within 24 hours:\n\n  warren worker join --token {tokens["worker"]}{join} {flags.Where(options, "--port")}\n");
        call.Say(ManagerFlags.Value(options, "--postgres-file") is null
            ? "This cluster has one manager: its store is SQLite. Several share a database: see --postgres-file."
            : $"On a machine that is to be another manager, with a file that names the same database:\n\n  warren manager join --token {tokens["manager"]} --postgres-file FILE {flags.Where(options, "--join-port")}\n");
    }
}
