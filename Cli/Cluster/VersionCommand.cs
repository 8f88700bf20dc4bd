using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Warren.Cli.Errors;
using Warren.Cli.Output;
using Warren.Cli.Running;

namespace Warren.Cli.Cluster;

/// <summary><c>warren version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>Makes it the command.</summary>
    public static Command Fill(App app, Command command)
    {
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var own = typeof(VersionCommand).Assembly.GetName().Version!.ToString(3);
            var all = new Struct { Fields = { ["warren"] = Value.ForString(own) } };
            if (shape.IsTable(call)) call.Say($"warren   {own}");
            try
            {
                var info = await call.Manager.Cluster.GetInfoAsync(new(), call.Options);
                all.Fields["manager"] = Value.ForStruct(new() { Fields = { ["name"] = Value.ForString(info.Manager), ["version"] = Value.ForString(info.Version) } });
                if (!shape.IsTable(call)) return shape.Show(call, all, own);
                call.Say($"manager  {info.Version} ({info.Manager})");
                return ExitCodes.Done;
            }
            catch (RpcException failure)
            {
                // The command's own version is an answer already; that there is no manager is said beside it.
                var why = CallErrors.Of(failure, call.Where);
                if (shape.IsTable(call)) call.Say("manager  not reached");
                else shape.Show(call, all, own);
                call.Complain(why.Message, why.Hint);
                return why.ExitCode;
            }
        });
    }
}
