using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace Warren.Silo.Api.Rest;

/// <summary>Messages as JSON schemas, those that are referred to and what they refer to.</summary>
/// <param name="comments">By full names.</param>
internal sealed class OpenApiSchemas(IReadOnlyDictionary<string, string> comments)
{
    private const string ProblemName = "Problem";

    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);

    /// <summary>The comment of something; empty: it has none.</summary>
    public string CommentOf(string fullName) => comments.GetValueOrDefault(fullName, "");

    /// <summary>All that were referred to.</summary>
    public JsonObject Used() => new(_schemas.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value)));

    /// <summary>Refers to a message.</summary>
    public JsonObject Reference(MessageDescriptor message)
    {
        if (!_schemas.ContainsKey(message.Name))
        {
            // Known before its fields are, which may be of its own kind.
            var schema = _schemas[message.Name] = new() { ["type"] = "object" };
            if (CommentOf(message.FullName) is { Length: > 0 } comment) schema["description"] = comment;
            var properties = new JsonObject();
            foreach (var field in message.Fields.InFieldNumberOrder())
            {
                var property = Of(field);
                if (CommentOf(field.FullName) is { Length: > 0 } about) property["description"] = about;
                properties[field.JsonName] = property;
            }

            schema["properties"] = properties;
            schema["additionalProperties"] = false;
        }

        return Refer(message.Name);
    }

    /// <summary>Refers to the form of failures.</summary>
    public JsonObject Problem()
    {
        _schemas.TryAdd(ProblemName, new()
        {
            ["type"] = "object",
            ["description"] = "Why a call failed.",
            ["properties"] = new JsonObject
            {
                ["type"] = Simple("string"),
                ["title"] = Simple("string"),
                ["status"] = Simple("integer"),
                ["detail"] = Simple("string", "What is wrong, and what to do next, for people."),
                ["reason"] = Simple("string", "What is wrong, for programs: INVALID, NOT_FOUND, VERSION_CONFLICT, ..."),
                ["violations"] = new JsonObject
                {
                    ["type"] = "array",
                    ["description"] = "Every field that breaks a rule.",
                    ["items"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["field"] = Simple("string"), ["description"] = Simple("string") } },
                },
                ["metadata"] = new JsonObject { ["type"] = "object", ["additionalProperties"] = Simple("string") },
            },
        });
        return Refer(ProblemName);
    }

    /// <summary>The schema of a field.</summary>
    public JsonObject Of(FieldDescriptor field)
    {
        if (field.IsMap) return new() { ["type"] = "object", ["additionalProperties"] = Single(field.MessageType.FindFieldByNumber(2)) };
        return field.IsRepeated ? new() { ["type"] = "array", ["items"] = Single(field) } : Single(field);
    }

    private static JsonObject Refer(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    private static JsonObject Simple(string type, string? description = null)
    {
        var schema = new JsonObject { ["type"] = type };
        if (description is not null) schema["description"] = description;
        return schema;
    }

    private static JsonObject Formatted(string type, string format) => new() { ["type"] = type, ["format"] = format };

    private JsonObject Single(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message or FieldType.Group => field.MessageType.FullName switch
        {
            "google.protobuf.Timestamp" => Formatted("string", "date-time"),
            "google.protobuf.Duration" => new() { ["type"] = "string", ["pattern"] = "^-?[0-9]+(\\.[0-9]+)?s$" },
            _ => Reference(field.MessageType),
        },
        FieldType.Enum => new() { ["type"] = "string", ["enum"] = new JsonArray([.. field.EnumType.Values.Where(value => value.Number != 0).Select(value => (JsonNode)value.Name)]) },
        FieldType.Bool => Simple("boolean"),
        FieldType.String => Simple("string"),
        FieldType.Bytes => new() { ["type"] = "string", ["contentEncoding"] = "base64" },
        FieldType.Double or FieldType.Float => Simple("number"),
        FieldType.Int64 or FieldType.UInt64 or FieldType.SInt64 or FieldType.Fixed64 or FieldType.SFixed64 => Formatted("string", "int64"),
        _ => Formatted("integer", "int32"),
    };
}
