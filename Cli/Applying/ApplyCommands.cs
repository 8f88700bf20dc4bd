using System.CommandLine;
using Warren.Cli.Manifests;
using Warren.Cli.Output;
using Warren.Cli.Progress;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Applying;

/// <summary><c>warren apply</c>, <c>plan</c> and <c>delete</c>: what files say.</summary>
internal static class ApplyCommands
{
    /// <summary><c>plan</c>.</summary>
    public static Command FillPlan(App app, Command command)
    {
        var (files, prune) = (new ManifestFiles(), Prune());
        files.AddTo(command);
        command.Add(prune);
        var shape = Shape.AddTo(command);
        return app.On(command, async call =>
        {
            var problems = new FileProblems();
            var manifests = await files.ReadAsync(call, problems);
            var plan = await Planning.OfAsync(call, manifests, call.Get(prune) ?? "", problems);
            if (shape.IsTable(call)) PlanText.Write(call, plan);
            else shape.Show(call, plan.Resources, PlanText.Name, () => new Table());
            return ExitCodes.Done;
        });
    }

    /// <summary><c>apply</c>.</summary>
    public static Command FillApply(App app, Command command)
    {
        var (files, prune, wait, confirm) = (new ManifestFiles(), Prune(), new WaitOptions(), new Confirmation());
        files.AddTo(command);
        command.Add(prune);
        wait.AddTo(command);
        confirm.AddTo(command);
        return app.On(command, async call =>
        {
            var problems = new FileProblems();
            var manifests = await files.ReadAsync(call, problems);
            var plan = await Planning.OfAsync(call, manifests, call.Get(prune) ?? "", problems);
            if (!call.IsQuiet) PlanText.Write(call, plan);
            if (!PlanText.HasWork(plan)) return ExitCodes.Done;
            AskAboutRemovals(call, confirm, plan);
            if (!call.IsQuiet) call.Say("");
            return await wait.UntilAllConvergedAsync(call, await new Carrier(call, manifests, wait).CarryOutAsync(plan, wait.Limit(call)));
        });
    }

    /// <summary><c>delete</c>.</summary>
    public static Command FillDelete(App app, Command command)
    {
        var (files, confirm, wait) = (new ManifestFiles(), new Confirmation(), new WaitOptions(hasDetach: false));
        files.AddTo(command);
        wait.AddTo(command);
        confirm.AddTo(command);
        return app.On(command, async call =>
        {
            // Only kinds and names count: what else is wrong with a file keeps nothing from being removed.
            var problems = new FileProblems();
            var manifests = await files.ReadAsync(call, problems);
            problems.Keep(problem => problem.Field is "" or "apiVersion" or "kind" or "name");
            problems.ThrowIfAny();
            var plan = await Planning.OfRemovalAsync(call, manifests);
            var refused = new FileProblems();
            foreach (var (resource, problem) in plan.Resources.SelectMany(resource => resource.Problems.Select(problem => (resource, problem))))
                refused.Add(PlanText.Name(resource), 0, problem.Field, problem.Description);
            refused.ThrowIfAny();
            if (!call.IsQuiet) PlanText.Write(call, plan);
            if (!PlanText.HasWork(plan)) return ExitCodes.Done;
            AskAboutRemovals(call, confirm, plan);
            if (!call.IsQuiet) call.Say("");
            await new Carrier(call, manifests, wait).CarryOutAsync(plan, wait.Limit(call));
            return ExitCodes.Done;
        });
    }

    private static Option<string?> Prune() => new("--prune")
    {
        Description = "Also remove services, secrets and configs with these labels that no file has; terms as of --filter",
        HelpName = "labels",
    };

    private static void AskAboutRemovals(Call call, Confirmation confirm, PlanResponse plan)
    {
        var removed = plan.Resources.Where(resource => resource.Change == ChangeKind.Delete).Select(PlanText.Name).ToList();
        if (removed.Count > 0) confirm.Ask(call, $"remove {string.Join(", ", removed)}");
    }
}
