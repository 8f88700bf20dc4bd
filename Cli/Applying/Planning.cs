using Grpc.Core;
using Warren.Cli.Manifests;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Applying;

/// <summary>Asks the manager what writing resources would do, and where their files are wrong.</summary>
internal static class Planning
{
    /// <summary>The plan for what files say.</summary>
    /// <param name="call">The command.</param>
    /// <param name="manifests">What the files say.</param>
    /// <param name="pruneSelector">Labels of what goes if no file has it; empty: nothing goes.</param>
    /// <param name="problems">What is wrong with the files so far.</param>
    /// <exception cref="Errors.CliException">The files or resources are wrong; all problems are named, each with its line.</exception>
    public static async Task<PlanResponse> OfAsync(Call call, IReadOnlyList<Manifest> manifests, string pruneSelector, FileProblems problems)
    {
        var request = new PlanRequest { PruneSelector = pruneSelector };
        request.Resources.AddRange(manifests.Select(manifest => manifest.Resource));
        try
        {
            var plan = await call.Manager.Plans.PlanAsync(request, call.Options);
            Locate(plan, manifests, problems);
            problems.ThrowIfAny();
            return plan;
        }
        catch (RpcException) when (problems.Found.Count > 0 && !call.Cancellation.IsCancellationRequested)
        {
            // What is known to be wrong is told without a manager, too.
            problems.ThrowIfAny();
            throw;
        }
    }

    /// <summary>The plan for the removal of what files name.</summary>
    public static async Task<PlanResponse> OfRemovalAsync(Call call, IEnumerable<Manifest> manifests)
    {
        var request = new PlanRequest();
        request.Removals.AddRange(manifests.Where(manifest => manifest.Name.Length > 0).Select(manifest => new ResourceName { Kind = manifest.Kind, Name = manifest.Name }));
        return await call.Manager.Plans.PlanAsync(request, call.Options);
    }

    private static void Locate(PlanResponse plan, IReadOnlyList<Manifest> manifests, FileProblems problems)
    {
        var known = problems.Found.Select(problem => (problem.File, problem.Line, problem.Field)).ToHashSet();
        foreach (var resource in plan.Resources)
        {
            foreach (var problem in resource.Problems)
            {
                if (!resource.HasIndex)
                {
                    problems.Add($"{resource.Kind.ToString().ToLowerInvariant()} {resource.Name}", 0, problem.Field, problem.Description);
                    continue;
                }

                // A field that could not be read was not sent; what the manager says of that is no news.
                var manifest = manifests[resource.Index];
                var line = manifest.LineOf(problem.Field);
                if (!known.Contains((manifest.File, line, problem.Field))) problems.Add(manifest.File, line, problem.Field, problem.Description);
            }
        }
    }
}
