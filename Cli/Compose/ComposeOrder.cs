using Warren.Cli.Manifests;
using Warren.V1;

namespace Warren.Cli.Compose;

/// <summary>Puts services in the order in which they need each other.</summary>
internal static class ComposeOrder
{
    /// <summary>Sorts them; those that need nothing of each other stay in the order of the file.</summary>
    /// <param name="services">The services that are chosen.</param>
    /// <param name="all">The names of all services of the file.</param>
    public static IReadOnlyList<Manifest> Sort(IReadOnlyList<(ComposeService Service, ComposeValue At)> services, IReadOnlyCollection<string> all)
    {
        var known = services.ToDictionary(pair => pair.Service.Name, StringComparer.Ordinal);
        var (done, path, ordered) = (new HashSet<string>(StringComparer.Ordinal), new List<string>(), new List<Manifest>());
        foreach (var (service, at) in services) Check(service, at);
        foreach (var (service, _) in services) Visit(service);
        return ordered;

        void Check(ComposeService service, ComposeValue at)
        {
            foreach (var (need, isRequired, line) in service.Needs)
            {
                var field = $"{at.Path}.depends_on.{need.Service}";
                if (known.TryGetValue(need.Service, out var needed))
                {
                    // Only what is meant to end can be waited for until it has.
                    if (need.Condition == DependencyCondition.Completed) MakeJob(needed.Service);
                }
                else if (isRequired)
                {
                    at.File.Problem(line, field, all.Contains(need.Service) ? "is left out by its profiles; choose one of them, or write required: false" : "is no service of the file");
                }
            }
        }

        void Visit(ComposeService service)
        {
            if (done.Contains(service.Name)) return;
            if (path.Contains(service.Name))
            {
                var at = known[service.Name].At;
                at.File.Problem(at.Node.Line, $"{at.Path}.depends_on", $"goes in a circle: {string.Join(" -> ", path.SkipWhile(name => name != service.Name).Append(service.Name))}");
                return;
            }

            path.Add(service.Name);
            foreach (var need in service.Needs.Where(need => known.ContainsKey(need.Need.Service))) Visit(known[need.Need.Service].Service);
            path.RemoveAt(path.Count - 1);
            if (done.Add(service.Name)) ordered.Add(service.Manifest with { After = [.. service.Needs.Select(need => need.Need).Where(need => known.ContainsKey(need.Service))] });
        }
    }

    private static void MakeJob(ComposeService service)
    {
        var spec = service.Manifest.Resource.Service;
        if (spec.Mode is ServiceMode.Job) return;
        spec.Mode = ServiceMode.Job;
        var retries = spec.Restart?.Condition == RestartCondition.OnFailure ? spec.Restart.HasMaxAttempts ? spec.Restart.MaxAttempts : 3 : 0;
        spec.Job = new() { Retries = retries, Completions = spec.HasReplicas ? spec.Replicas : 1 };
        spec.ClearReplicas();
        spec.Restart = null;
    }
}
