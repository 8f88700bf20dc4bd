using System.CommandLine;
using System.Globalization;
using Warren.Cli.Errors;
using Warren.Cli.Output;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Cluster;

/// <summary><c>warren cluster ca</c>.</summary>
internal static class AuthorityCommands
{
    private static readonly Dictionary<string, RotationStep> s_steps = new() { ["trusting"] = RotationStep.Trusting, ["reissuing"] = RotationStep.Reissuing };

    /// <summary>The command with its verbs.</summary>
    public static Command Create(App app) => new("ca", "The authority that issues the cluster's certificates") { Inspect(app), Rotate(app), LeaveBehind(app) };

    private static Command Inspect(App app)
    {
        var command = new Command("inspect", "The authority, and how far its rotation is");
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var authority = await call.Manager.Cluster.GetAuthorityAsync(new(), call.Options);
            if (!shape.IsTable(call)) return shape.Show(call, authority, authority.Digest);
            Say(call, authority);
            return ExitCodes.Done;
        });
    }

    private static Command Rotate(App app) =>
        app.On(new("rotate", "Give the cluster another authority, while everything runs on; join tokens made so far are refused then"), async call =>
        {
            var authority = await call.Manager.Cluster.RotateAuthorityAsync(new(), call.Options);
            if (call.IsQuiet) call.Say(authority.Next);
            else Say(call, authority);
            return ExitCodes.Done;
        });

    private static Command LeaveBehind(App app)
    {
        var step = new Option<string>("--step") { Description = "The step that is to end: trusting or reissuing", HelpName = "step", Required = true };
        step.CompletionSources.Add([.. s_steps.Keys]);
        var confirm = new Confirmation();
        var command = new Command("leave-behind", "End a step of the rotation without the nodes that have not done it; those come back by a new token only") { step };
        confirm.AddTo(command);
        return app.On(
            command,
            async call =>
            {
                var wanted = Values.Choice("--step", call.Get(step)!, s_steps);
                var before = await call.Manager.Cluster.GetAuthorityAsync(new(), call.Options);
                if (before.Step != wanted)
                {
                    throw new CliException(
                        ExitCodes.Conflict,
                        before.Step == RotationStep.Unspecified ? "the authority is not being rotated" : $"the rotation is at the step {Text.Word(before.Step)}",
                        "see: warren cluster ca inspect");
                }

                confirm.Ask(call, $"leave behind {string.Join(", ", before.Missing)}");
                var authority = await call.Manager.Cluster.LeaveBehindAsync(new() { Step = wanted }, call.Options);
                call.Done(authority.Digest, $"left behind: {string.Join(", ", before.Missing)}");
                if (!call.IsQuiet) Say(call, authority);
                return ExitCodes.Done;
            });
    }

    private static void Say(Call call, Authority authority)
    {
        call.Terminal.Out.WriteLine($"authority  {authority.Digest}");
        call.Terminal.Out.WriteLine($"until      {authority.EndsAt.ToDateTimeOffset().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
        if (authority.Step == RotationStep.Unspecified) return;
        call.Terminal.Out.WriteLine($"next       {authority.Next}");
        call.Terminal.Out.WriteLine($"rotation   {Text.Word(authority.Step)}, begun {Text.Ago(authority.StartedAt, call.Time)}: {Text.Number(authority.Done)} done, {Text.Number(authority.Missing.Count)} missing");
        if (authority.Missing.Count > 0) call.Terminal.Out.WriteLine($"missing    {string.Join(", ", authority.Missing)}");
        if (authority.DueAt is null || authority.Missing.Count == 0) return;
        call.Terminal.Out.WriteLine(authority.DueAt.ToDateTimeOffset() > call.Time.GetUtcNow()
            ? $"deadline   {authority.DueAt.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}Z"
            : $"overdue    since {Text.Ago(authority.DueAt, call.Time)}: start the missing nodes, or go on without them: warren cluster ca leave-behind --step {Text.Word(authority.Step)}");
    }
}
