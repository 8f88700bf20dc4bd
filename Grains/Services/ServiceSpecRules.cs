using System.Collections.Immutable;
using Warren.Secrets;
using Warren.Services;
using Warren.Validation;

namespace Warren.Grains.Services;

/// <summary>What a spec must meet besides <see cref="ServiceSpecValidator"/>: what depends on the grain it is given to, or is not carried out.</summary>
internal static class ServiceSpecRules
{
    /// <summary>The most runs that wait for their begin.</summary>
    public const int MaxRequestedRuns = 1_000;

    /// <summary>All problems.</summary>
    public static ImmutableArray<ValidationProblem> Find(ServiceSpec spec, ServiceName name)
    {
        var problems = ServiceSpecValidator.Validate(spec).ToBuilder();
        if (spec.Name != default && spec.Name != name) problems.Add(new("name", $"must be that of the service it is given to, {name}, was {spec.Name}"));
        for (var i = 0; i < spec.Secrets.Length; i++) CheckPolicy(problems, $"secrets[{i}].onChange", spec.Secrets[i].OnChange);
        for (var i = 0; i < spec.Configs.Length; i++) CheckPolicy(problems, $"configs[{i}].onChange", spec.Configs[i].OnChange);
        return problems.ToImmutable();
    }

    private static void CheckPolicy(ImmutableArray<ValidationProblem>.Builder problems, string path, ReferencePolicy policy)
    {
        if (policy == ReferencePolicy.InPlace)
        {
            problems.Add(new(
                path, $"must be {ReferencePolicy.Keep} or {ReferencePolicy.Rollout}, was {policy}: files of running tasks are not replaced in place"));
        }
    }
}
