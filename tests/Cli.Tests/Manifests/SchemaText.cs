using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Manifests;
using Warren.V1;

namespace Warren.Cli.Tests.Manifests;

/// <summary>The JSON schema of manifests, for editors: made from the messages of the API and the comments of their files.</summary>
internal static partial class SchemaText
{
    private static readonly JsonSerializerOptions s_format = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<ResourceKind, MessageDescriptor> s_specs = new()
    {
        [ResourceKind.Service] = ServiceSpec.Descriptor,
        [ResourceKind.Secret] = SecretSpec.Descriptor,
        [ResourceKind.Config] = ConfigSpec.Descriptor,
        [ResourceKind.Volume] = VolumeSpec.Descriptor,
    };

    /// <summary>The schema.</summary>
    /// <param name="protoFolder">Where the files of the API are.</param>
    public static string Make(string protoFolder)
    {
        var comments = Directory.GetFiles(protoFolder, "*.proto").SelectMany(Comments).ToDictionary();
        var definitions = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        var kinds = new JsonArray();
        foreach (var (kind, resource) in ManifestReader.Kinds) kinds.Add(Kind(kind, s_specs[resource], comments, definitions));
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "Warren manifest",
            ["oneOf"] = kinds,
            ["definitions"] = new JsonObject(definitions.Select(definition => KeyValuePair.Create(definition.Key, (JsonNode?)definition.Value))),
        };
        return schema.ToJsonString(s_format) + "\n";
    }

    private static JsonObject Kind(string kind, MessageDescriptor spec, IReadOnlyDictionary<string, string> comments, IDictionary<string, JsonNode> definitions)
    {
        var properties = new JsonObject { ["apiVersion"] = Const(ManifestReader.ApiVersion), ["kind"] = Const(kind) };
        foreach (var field in spec.Fields.InDeclarationOrder())
        {
            if (field.JsonName == "mode" && kind is "Job" or "CronJob") continue;
            properties[field.JsonName] = Property(field, comments, definitions);
        }

        var content = spec.Fields.InDeclarationOrder().FirstOrDefault(field => field.FieldType == FieldType.Bytes);
        if (content is not null)
            properties["file"] = new JsonObject { ["type"] = "string", ["description"] = $"A file that holds the {content.JsonName}, by its path from this file's folder; in its place." };
        var required = new JsonArray("apiVersion", "kind", "name");
        if (spec == ServiceSpec.Descriptor) required.Add("container");
        return new() { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
    }

    private static JsonObject Const(string value) => new() { ["const"] = value };

    private static JsonNode Property(FieldDescriptor field, IReadOnlyDictionary<string, string> comments, IDictionary<string, JsonNode> definitions)
    {
        JsonObject type = field.IsMap ? new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = Types("string", "number", "boolean", "null") } }
            : field.IsRepeated ? new() { ["type"] = "array", ["items"] = Value(field, comments, definitions) }
            : Value(field, comments, definitions);
        if (!comments.TryGetValue($"{field.ContainingType.Name}.{field.Name}", out var comment)) throw new InvalidOperationException($"{field.FullName} has no comment");

        // Beside a reference nothing else counts.
        if (type.ContainsKey("$ref")) type = new() { ["allOf"] = new JsonArray(type) };
        type["description"] = comment;
        return type;
    }

    private static JsonArray Types(params IEnumerable<string> names) => new([.. names.Select(name => (JsonNode)name)]);

    private static JsonObject Value(FieldDescriptor field, IReadOnlyDictionary<string, string> comments, IDictionary<string, JsonNode> definitions) => field.FieldType switch
    {
        FieldType.Message when field.MessageType.FullName == Duration.Descriptor.FullName => new() { ["type"] = Types("string", "integer"), ["examples"] = new JsonArray("1m30s", "500ms") },
        FieldType.Message => Reference(field.MessageType, comments, definitions),
        FieldType.Enum => new() { ["enum"] = new JsonArray([.. FieldForms.Words(field.EnumType).Keys.Select(word => (JsonNode)word)]) },
        FieldType.Bool => new() { ["type"] = Types("boolean", "string") },
        FieldType.Double => new() { ["type"] = Types("number", "string") },
        FieldType.Int64 when FieldForms.IsSize(field) => new() { ["type"] = Types("string", "integer"), ["examples"] = new JsonArray("512MiB", "1g") },
        FieldType.Int32 when FieldForms.IsMode(field) => new() { ["type"] = Types("string", "integer"), ["examples"] = new JsonArray("0440") },

        // A variable stands in a text.
        FieldType.Int32 or FieldType.Int64 => new() { ["type"] = Types("integer", "string") },
        _ => new() { ["type"] = Types("string", "number", "boolean") },
    };

    private static JsonObject Reference(MessageDescriptor type, IReadOnlyDictionary<string, string> comments, IDictionary<string, JsonNode> definitions)
    {
        if (!definitions.ContainsKey(type.Name))
        {
            definitions[type.Name] = new JsonObject();
            var properties = new JsonObject();
            foreach (var field in type.Fields.InDeclarationOrder()) properties[field.JsonName] = Property(field, comments, definitions);
            definitions[type.Name] = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        }

        return new() { ["$ref"] = $"#/definitions/{type.Name}" };
    }

    // The comment before each field, by MESSAGE.field_name.
    private static IEnumerable<KeyValuePair<string, string>> Comments(string file)
    {
        var (message, comment) = ("", new List<string>());
        foreach (var line in File.ReadLines(file).Select(line => line.Trim()))
        {
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                comment.Add(line[2..].Trim());
                continue;
            }

            if (line.StartsWith("message ", StringComparison.Ordinal)) message = line.Split(' ')[1];
            else if (message.Length > 0 && FieldLine().Match(line) is { Success: true } field) yield return new($"{message}.{field.Groups[1].Value}", string.Join(' ', comment));
            comment.Clear();
        }
    }

    [GeneratedRegex(@"^(?:optional |repeated )?[\w.<>, ]+ (\w+) = \d+;")]
    private static partial Regex FieldLine();
}
