using System.Collections.Immutable;
using Warren.Services;
using Warren.Validation;

namespace Warren.Grains.Services;

/// <summary>What a spec must meet besides <see cref="ServiceSpecValidator"/>: what depends on the grain it is given to.</summary>
internal static class ServiceSpecRules
{
    /// <summary>The most runs that wait for their begin.</summary>
    public const int MaxRequestedRuns = 1_000;

    /// <summary>All problems.</summary>
    public static ImmutableArray<ValidationProblem> Find(ServiceSpec spec, ServiceName name)
    {
        var problems = ServiceSpecValidator.Validate(spec).ToBuilder();
        if (spec.Name != default && spec.Name != name) problems.Add(new("name", $"must be that of the service it is given to, {name}, was {spec.Name}"));
        return problems.ToImmutable();
    }
}
