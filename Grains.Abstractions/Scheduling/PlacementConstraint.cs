using System.Diagnostics.CodeAnalysis;
using Warren.Nodes;

namespace Warren.Scheduling;

/// <summary>
/// What a node must meet: an attribute, <c>==</c> or <c>!=</c>, a value. <c>node.labels.zone==eu</c>, <c>node.role != manager</c>. Space
/// around the parts is left out; values compare exactly, but those of <c>node.platform.*</c> and <c>node.role</c> without regard to case.
/// </summary>
public sealed record PlacementConstraint
{
    private PlacementConstraint(NodeAttribute attribute, ConstraintOperator comparison, string value) =>
        (Attribute, Operator, Value) = (attribute, comparison, value);

    /// <summary>What is compared.</summary>
    public NodeAttribute Attribute { get; }

    /// <summary>How.</summary>
    public ConstraintOperator Operator { get; }

    /// <summary>With what.</summary>
    public string Value { get; }

    /// <summary>Takes the text of a constraint.</summary>
    /// <exception cref="FormatException">It is none; the message says what is wrong.</exception>
    public static PlacementConstraint Parse(string text) =>
        TryParse(text, out var constraint, out var problem) ? constraint : throw new FormatException($"'{text}': {problem}");

    /// <summary>Takes a text that may be no constraint; then <paramref name="problem"/> says what is wrong.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out PlacementConstraint? constraint, [NotNullWhen(false)] out string? problem)
    {
        constraint = null;
        var at = text.AsSpan().IndexOfAny('=', '!');
        var comparison = at < 0 || at + 1 >= text.Length ? "" : text.Substring(at, 2);
        if (comparison is not ("==" or "!="))
        {
            problem = $"must be <attribute>==<value> or <attribute>!=<value>, was '{text}'";
            return false;
        }

        var (key, value) = (text[..at].Trim(), text[(at + 2)..].Trim());
        if (!NodeAttribute.TryParse(key, out var attribute))
        {
            problem = $"must begin with {NodeAttribute.Rule}, was '{key}'";
            return false;
        }

        if (value.Length == 0 || value.AsSpan().IndexOfAny('=', '!') >= 0)
        {
            problem = $"must have one value without '=' and '!' after {comparison}, was '{value}'";
            return false;
        }

        constraint = new(attribute, comparison == "==" ? ConstraintOperator.Equal : ConstraintOperator.NotEqual, value);
        problem = null;
        return true;
    }

    /// <summary>Whether a node meets it.</summary>
    public bool IsMetBy(NodeId id, NodeSpec spec, NodeDescription description)
    {
        var actual = Attribute.ValueOn(id, spec, description);
        var isSame = actual is not null && string.Equals(actual, Value, IgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
        return isSame == (Operator == ConstraintOperator.Equal);
    }

    /// <summary>The usual text.</summary>
    public override string ToString() => $"{Attribute}{(Operator == ConstraintOperator.Equal ? "==" : "!=")}{Value}";

    private bool IgnoresCase => Attribute.Key is "node.role" || Attribute.Key.StartsWith("node.platform.", StringComparison.Ordinal);
}
