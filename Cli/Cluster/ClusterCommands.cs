using System.CommandLine;
using Warren.Cli.Machines;
using Warren.Cli.Output;
using Warren.Cli.Running;

namespace Warren.Cli.Cluster;

/// <summary><c>warren cluster</c>.</summary>
internal static class ClusterCommands
{
    /// <summary>Adds the verbs.</summary>
    public static Command Fill(App app, Command cluster)
    {
        var command = new Command("info", "What the cluster consists of");
        var shape = Shape.AddTo(command);
        cluster.Add(app.On(command, async call =>
        {
            var info = await call.Manager.Cluster.GetInfoAsync(new(), call.Options);
            return shape.Show(call, info, info.Manager);
        }));
        cluster.Add(InitCommand.Create(app));
        cluster.Add(LeaveCommand.Create(app));
        cluster.Add(JoinTokenCommands.Create(app));
        cluster.Add(KeyCommands.Create(app));
        cluster.Add(CertificateCommand.Create(app));
        cluster.Add(AuthorityCommands.Create(app));
        cluster.Add(ApiTokenCommands.Create(app));
        cluster.Add(AuditCommand.Create(app));
        return cluster;
    }
}
