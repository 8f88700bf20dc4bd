using System.CommandLine;
using Grpc.Core;
using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Cluster;

/// <summary><c>warren version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>Makes it the command.</summary>
    public static Command Fill(App app, Command command) => app.On(command, async call =>
    {
        var own = typeof(VersionCommand).Assembly.GetName().Version!.ToString(3);
        call.Say($"warren   {own}");
        try
        {
            var info = await call.Manager.Cluster.GetInfoAsync(new(), call.Options);
            call.Say($"manager  {info.Version} ({info.Manager})");
            return ExitCodes.Done;
        }
        catch (RpcException failure)
        {
            // The command's own version is an answer already; that there is no manager is said beside it.
            var why = CallErrors.Of(failure, call.Where);
            call.Say("manager  not reached");
            call.Complain(why.Message, why.Hint);
            return why.ExitCode;
        }
    });
}
