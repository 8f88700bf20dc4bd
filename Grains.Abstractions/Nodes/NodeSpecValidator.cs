using System.Collections.Immutable;
using Warren.Validation;

namespace Warren.Nodes;

/// <summary>Tells everything that is wrong with what an operator says about a node.</summary>
public static class NodeSpecValidator
{
    /// <returns>All problems; empty: it is accepted.</returns>
    public static ImmutableArray<ValidationProblem> Validate(NodeSpec spec)
    {
        var problems = new ProblemList();
        LabelRules.Check(problems, "labels", spec.Labels);
        problems.Known("availability", spec.Availability);
        return problems.ToImmutable();
    }
}
