using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Errors;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Machines;

/// <summary><c>warren up</c>: a cluster on this machine alone.</summary>
internal static class UpCommand
{
    private static readonly TimeSpan s_tokenLifetime = TimeSpan.FromMinutes(10), s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Makes it the command.</summary>
    public static Command Fill(App app, Command command)
    {
        var (root, wait, managerFlags, workerFlags, name) = (Machine.RootOption(), Machine.WaitOption(), new ManagerFlags(isForOneMachine: true), new WorkerFlags(), InitCommand.Name());
        command.Add(root);
        command.Add(name);
        managerFlags.AddTo(command);
        workerFlags.AddTo(command);
        command.Add(wait);
        return app.On(command, async call =>
        {
            using var machine = Machine.Open(call.Get(root)!);
            var limit = Values.Time("--wait", call.Get(wait)!);
            IReadOnlyList<string> wanted = [.. InitCommand.Named(call, name), .. workerFlags.Given(call)];

            // What would keep the worker from starting is said before there is half a cluster.
            if (machine.Worker.Process is null) WorkerFlags.CheckContainerd(Machine.Options(machine.Worker, wanted));
            var manager = new ManagerStart(call, machine, managerFlags);
            var managerStarted = await manager.EnsureAsync([.. InitCommand.Named(call, name)], [], limit);
            var options = machine.Worker.Options is null ? [.. OfManager(manager.Options, managerFlags), .. wanted] : wanted;
            var workerStarted = await new WorkerStart(call, machine).EnsureAsync(options, () => MakeTokenAsync(call, manager.Socket), limit);
            var node = await UntilReadyAsync(call, manager.Socket, machine.Worker, limit);
            var info = await Machine.InfoAsync(call, manager.Socket);
            Tell(call, info?.Manager ?? "?", managerFlags.Where(manager.Options, "--port"), node, managerStarted, workerStarted);
            return ExitCodes.Done;
        });
    }

    private static IEnumerable<string> OfManager(IReadOnlyList<string> options, ManagerFlags flags) =>
        [$"--manager={flags.Where(options, "--port")}", .. ManagerFlags.Value(options, "--join-port") is { } port ? [$"--join-port={port}"] : Array.Empty<string>()];

    private static async Task<string?> MakeTokenAsync(Call call, string socket)
    {
        using var connection = Connection.ToSocket(socket);
        return (await connection.Cluster.CreateJoinTokenAsync(new() { Role = NodeRole.Worker, Lifetime = s_tokenLifetime.ToDuration(), MaxUses = 1 }, call.Options)).Token;
    }

    // A worker that went on while its manager was away is ready again once it has found it.
    private static async Task<Node> UntilReadyAsync(Call call, string socket, DaemonFolder folder, TimeSpan limit)
    {
        using var connection = Connection.ToSocket(socket);
        for (var begin = call.Time.GetTimestamp(); ; await System.Threading.Tasks.Task.Delay(s_pause, call.Time, call.Cancellation))
        {
            var node = await connection.Nodes.GetAsync(new() { Node = folder.Node }, call.Options);
            if (node.Status.Condition == NodeCondition.Ready) return node;
            if (call.Time.GetElapsedTime(begin) > limit)
                throw new CliException(ExitCodes.Unreachable, $"the node {node.Id} is not ready: {node.Status.Condition}", $"the worker's log is {folder.LogFile}; --wait gives it more time");
        }
    }

    private static void Tell(Call call, string manager, string where, Node node, bool managerStarted, bool workerStarted)
    {
        call.Done(node.Id, (managerStarted, workerStarted) switch
        {
            (false, false) => $"the cluster is up already: the manager {manager} on {where}, and the node {node.Id}",
            (true, false) => $"the cluster is up: the manager {manager} on {where} was started, and the node {node.Id} has found it",
            (false, true) => $"the cluster is up: the node {node.Id} was started; the manager {manager} on {where} ran already",
            _ => $"the cluster is up: the manager {manager} on {where}, and the node {node.Id}",
        });
        if (!call.IsQuiet) call.Remark("try 'warren service create --name web --publish 8080:80 nginx'; 'warren cluster leave' ends the cluster");
    }
}
