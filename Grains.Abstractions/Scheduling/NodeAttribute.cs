using System.Diagnostics.CodeAnalysis;
using Warren.Nodes;

namespace Warren.Scheduling;

/// <summary>
/// Something of a node that constraints and spreading may ask for: <c>node.id</c>, <c>node.name</c> (also <c>node.hostname</c>), <c>node.role</c>,
/// <c>node.platform.os</c>, <c>node.platform.arch</c>, <c>node.platform.variant</c>, <c>node.labels.NAME</c>, <c>node.attributes.NAME</c>.
/// </summary>
public readonly record struct NodeAttribute
{
    private const string Labels = "node.labels.", Attributes = "node.attributes.";

    private readonly string? _key;

    private NodeAttribute(string key) => _key = key;

    /// <summary>What is known, for messages.</summary>
    public static string Rule =>
        "node.id, node.name, node.hostname, node.role, node.platform.os, node.platform.arch, node.platform.variant, node.labels.<name> or "
        + "node.attributes.<name>";

    /// <summary>The text.</summary>
    public string Key => _key ?? throw new InvalidOperationException("This attribute was never set.");

    /// <summary>Takes a text that may name no attribute.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out NodeAttribute attribute)
    {
        var known = text switch
        {
            null => false,
            "node.id" or "node.name" or "node.hostname" or "node.role"
                or "node.platform.os" or "node.platform.arch" or "node.platform.variant" => true,
            _ => IsNamed(text, Labels) || IsNamed(text, Attributes),
        };
        attribute = known ? new(text!) : default;
        return known;
    }

    /// <summary>Its value on a node; null when the node has none.</summary>
    public string? ValueOn(NodeId id, NodeSpec spec, NodeDescription description) => Key switch
    {
        "node.id" => id.Value,
        "node.name" or "node.hostname" => description.Name,
        "node.role" => description.Role == NodeRole.Manager ? "manager" : "worker",
        "node.platform.os" => description.Platform.Os,
        "node.platform.arch" => description.Platform.Architecture,
        "node.platform.variant" => description.Platform.Variant,
        var key when key.StartsWith(Labels, StringComparison.Ordinal) => spec.Labels.GetValueOrDefault(key[Labels.Length..]),
        var key => description.Attributes.GetValueOrDefault(key[Attributes.Length..]),
    };

    /// <inheritdoc/>
    public override string ToString() => _key ?? "";

    private static bool IsNamed(string text, string prefix) =>
        text.Length > prefix.Length && text.StartsWith(prefix, StringComparison.Ordinal)
        && text.AsSpan(prefix.Length).IndexOfAnyExceptInRange('!', '~') < 0;
}
