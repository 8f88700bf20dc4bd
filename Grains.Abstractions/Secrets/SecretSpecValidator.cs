using System.Collections.Immutable;
using Warren.Validation;

namespace Warren.Secrets;

/// <summary>Tells everything that is wrong with a secret. No message shows its value.</summary>
public static class SecretSpecValidator
{
    /// <returns>All problems; empty: the secret is accepted.</returns>
    public static ImmutableArray<ValidationProblem> Validate(SecretSpec spec)
    {
        var problems = new ProblemList();
        if (spec.Name == default) problems.Add("name", $"must be given: {SecretName.Rule}");
        LabelRules.Check(problems, "labels", spec.Labels);
        if (spec.Value.Length is 0 or > SecretSpec.MaxSize) problems.Add("value", $"must be 1 to {SecretSpec.MaxSize} bytes, was {spec.Value.Length}");
        return problems.ToImmutable();
    }
}
