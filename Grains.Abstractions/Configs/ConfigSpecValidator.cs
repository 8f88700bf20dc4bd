using System.Collections.Immutable;
using Warren.Validation;

namespace Warren.Configs;

/// <summary>Tells everything that is wrong with a config.</summary>
public static class ConfigSpecValidator
{
    /// <returns>All problems; empty: the config is accepted.</returns>
    public static ImmutableArray<ValidationProblem> Validate(ConfigSpec spec)
    {
        var problems = new ProblemList();
        if (spec.Name == default) problems.Add("name", $"must be given: {ConfigName.Rule}");
        LabelRules.Check(problems, "labels", spec.Labels);
        if (spec.Content.Length > ConfigSpec.MaxSize) problems.Add("content", $"must be at most {ConfigSpec.MaxSize} bytes, was {spec.Content.Length}");
        else if (spec.IsTemplate) foreach (var problem in ConfigTemplate.Check(spec.Content.Span)) problems.Add("content", problem);
        return problems.ToImmutable();
    }
}
