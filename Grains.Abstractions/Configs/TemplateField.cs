using System.Collections.Frozen;
using System.Globalization;

namespace Warren.Configs;

/// <summary>What may stand between the braces of a <see cref="ConfigTemplate"/>.</summary>
internal static class TemplateField
{
    private const string NodeLabel = "node.labels.", ServiceLabel = "service.labels.", DefaultWord = "default";

    private static readonly FrozenDictionary<string, Func<ConfigFacts, string>> s_known = new Dictionary<string, Func<ConfigFacts, string>>
    {
        ["node.id"] = facts => facts.Node.Value,
        ["node.hostname"] = facts => facts.Hostname,
        ["node.platform.os"] = facts => facts.Platform.Os,
        ["node.platform.architecture"] = facts => facts.Platform.Architecture,
        ["task.id"] = facts => facts.Task.ToString(),
        ["task.name"] = facts => $"{facts.Task.Service}.{facts.Task.Slot}",
        ["task.slot"] = facts => facts.Task.Slot.ToString(),
        ["task.generation"] = facts => facts.Task.Generation.ToString(CultureInfo.InvariantCulture),
        ["service.name"] = facts => facts.Task.Service.Value,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string s_names = string.Join(", ", s_known.Keys.Append(NodeLabel + "NAME").Append(ServiceLabel + "NAME").Order(StringComparer.Ordinal));

    /// <summary>Reads an expression.</summary>
    /// <param name="expression">What stands between the braces.</param>
    /// <param name="place">Where it stands, for what is said of it later.</param>
    /// <returns>What to put in, or what is wrong.</returns>
    public static (TemplatePart Part, string? Problem) Read(string expression, string place)
    {
        if (Quoted(expression) is { } text) return (new("", _ => text, null, ""), null);
        var bar = expression.IndexOf('|', StringComparison.Ordinal);
        var name = (bar < 0 ? expression : expression[..bar]).Trim();
        string? fallback = null;
        if (bar >= 0)
        {
            var rest = expression[(bar + 1)..].Trim();
            fallback = rest.StartsWith(DefaultWord, StringComparison.Ordinal) ? Quoted(rest[DefaultWord.Length..].Trim()) : null;
            if (fallback is null) return Wrong($"after '|' must come {DefaultWord} \"TEXT\", was '{rest}'");
        }

        if (s_known.TryGetValue(name, out var value))
            return fallback is null ? (new("", value, null, ""), null) : Wrong($"{name} is never missing; leave its default out");
        if (LabelOf(name, NodeLabel) is { } node)
        {
            return (new("", facts => facts.NodeLabels.GetValueOrDefault(node), fallback, $"{place}: the node has no label {node}; {Advice(name)}"), null);
        }

        return LabelOf(name, ServiceLabel) is { } service
            ? (new("", facts => facts.ServiceLabels.GetValueOrDefault(service), fallback, $"{place}: the service has no label {service}; {Advice(name)}"), null)
            : Wrong($"there is no field '{name}'; known are {s_names}");
    }

    private static string Advice(string name) => $"set it, or write {{{{{name} | {DefaultWord} \"TEXT\"}}}}";

    private static string? LabelOf(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length && !name.Any(c => char.IsWhiteSpace(c) || c == '"') ? name[prefix.Length..] : null;

    private static string? Quoted(string text) =>
        text.Length >= 2 && text[0] == '"' && text.IndexOf('"', 1) == text.Length - 1 ? text[1..^1] : null;

    private static (TemplatePart Part, string? Problem) Wrong(string problem) => (new("", null, null, ""), problem);
}
