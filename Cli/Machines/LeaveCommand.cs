using System.CommandLine;
using System.Globalization;
using Grpc.Core;
using Warren.Cli.Errors;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Machines;

/// <summary><c>warren cluster leave</c>.</summary>
internal static class LeaveCommand
{
    private static readonly TimeSpan s_endLimit = TimeSpan.FromMinutes(1), s_byItselfLimit = TimeSpan.FromMinutes(2);

    /// <summary>The command.</summary>
    public static Command Create(App app)
    {
        var (root, confirm) = (Machine.RootOption(), new Confirmation());
        var force = new Option<bool>("--force") { Description = "Also when it is the last manager of a cluster that has something, or no manager can be told" };
        var command = new Command("leave", "Take this machine out of its cluster: end its daemons, and delete what they know of the cluster. Volumes stay") { root, force };
        confirm.AddTo(command);
        return app.On(command, async call =>
        {
            using var machine = Machine.Open(call.Get(root)!);
            var (manager, worker) = (machine.Manager, machine.Worker);
            if (!IsThere(manager) && !IsThere(worker))
            {
                call.Done("", $"this machine is in no cluster: there is nothing in {call.Get(root)}");
                return ExitCodes.Done;
            }

            var socket = manager.Option("--api-socket") ?? "/run/warren/warren.sock";
            var info = manager.Process is null ? null : await Machine.InfoAsync(call, socket);
            var isLast = IsThere(manager) && (info is null ? manager.Option("--postgres-file") is null : info.Managers.Count < 2);
            var lost = isLast ? Lost(info, worker) : null;
            if (lost is { Length: > 0 } && !call.Get(force))
                throw new CliException(ExitCodes.Conflict, $"this machine's manager is the cluster's last, and with it goes {lost}", "remove what is not wanted any more, move what is, or give --force");
            using var connection = info is not null ? Connection.ToSocket(socket) : await RemoteAsync(call, worker);
            if (IsThere(worker) && connection is null && !isLast && !call.Get(force))
            {
                throw new CliException(
                    ExitCodes.Unreachable, $"no manager can be told that the node {worker.Node} leaves: its tasks here would run on until they are seen as lost",
                    $"on a manager, 'warren node remove --force {worker.Node}' lets this machine clean up by itself; or name a manager by --host or --context; --force leaves without that");
            }

            confirm.Ask(call, $"leave the cluster{(isLast ? ", and end it" : "")}{(lost is { Length: > 0 } ? $" with {lost}" : "")}");
            if (IsThere(worker)) await LeaveAsync(call, worker, connection);
            if (IsThere(manager)) await LeaveAsync(call, manager, isLast ? null : connection);
            call.Done(Name(manager, worker), "this machine has left the cluster");
            return ExitCodes.Done;
        });
    }

    private static bool IsThere(DaemonFolder folder) => folder.IsMember || folder.Process is not null;

    private static string Name(DaemonFolder manager, DaemonFolder worker) => worker.Node ?? manager.Node ?? "";

    private static string Lost(ClusterInfo? info, DaemonFolder worker)
    {
        // What a manager that does not run has is not known, so it is taken for something.
        if (info is null) return "what it has stored; it does not run, so that is not known";
        var others = info.NodesReady + info.NodesUnreachable + info.NodesLost - (worker.IsMember ? 1 : 0);
        (int Count, string Word)[] all = [(info.Services, "service"), (info.Secrets, "secret"), (info.Configs, "config"), (info.Volumes, "volume"), (others, "other node")];
        return string.Join(", ", all.Where(pair => pair.Count > 0).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Count} {pair.Word}{(pair.Count == 1 ? "" : "s")}")));
    }

    // Another machine's manager, where the caller has named one.
    private static async Task<Connection?> RemoteAsync(Call call, DaemonFolder worker)
    {
        if (!IsThere(worker)) return null;
        try
        {
            await call.Manager.Nodes.GetAsync(new() { Node = worker.Node }, call.Options);
            return call.Manager;
        }
        catch (Exception failure) when (failure is RpcException or CliException)
        {
            return null;
        }
    }

    private static async System.Threading.Tasks.Task LeaveAsync(Call call, DaemonFolder folder, Connection? connection)
    {
        var (process, node) = (folder.Process, folder.Node);
        var isTold = connection is not null && await TellAsync(call, connection, folder);

        // One that hears that it is out ends by itself, a worker after it has removed its containers.
        if (process is not null && !(isTold && await process.EndsAsync(s_byItselfLimit, call.Time, call.Cancellation)))
        {
            process.End();
            if (!await process.EndsAsync(s_endLimit, call.Time, call.Cancellation))
                throw new CliException(ExitCodes.Failed, $"warrend {folder.Role} does not end; it is process {process.Id}", $"its log is {folder.LogFile}");
        }

        if (folder.Role == "manager")
        {
            folder.Delete();
            return;
        }

        folder.ForgetCluster();
        if (!isTold) call.Remark($"the managers do not know that the node {node} has left; its containers run on until another worker of this machine, or you, remove them (ctr --namespace warren task ls)");
    }

    private static async Task<bool> TellAsync(Call call, Connection connection, DaemonFolder folder)
    {
        try
        {
            if (folder.Role == "manager") await connection.Cluster.RevokeCertificateAsync(new() { Name = folder.Node }, call.Options);
            else await connection.Nodes.RemoveAsync(new() { Node = folder.Node, Force = true, Options = Keys.New() }, call.Options);
            return true;
        }
        catch (RpcException failure)
        {
            call.Remark($"the cluster does not take {folder.Node} out: {failure.Status.Detail}");
            return false;
        }
    }
}
