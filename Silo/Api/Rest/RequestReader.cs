using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Warren.Silo.Api.Access;
using Warren.Silo.Api.Mapping;

namespace Warren.Silo.Api.Rest;

/// <summary>Makes the request of a call from path, query, headers and body. All that is wrong is told together.</summary>
internal static class RequestReader
{
    private const string IdempotencyKey = "Idempotency-Key", LastEventId = "Last-Event-ID";

    /// <summary>Reads it.</summary>
    /// <param name="call">The call.</param>
    /// <param name="route">The way that it came.</param>
    /// <param name="http">The request of HTTP, its body aside.</param>
    /// <param name="body">Its body; empty: there is none.</param>
    /// <exception cref="ValidationException">Something cannot be used.</exception>
    public static IMessage Read(GatewayCall call, RestRoute route, HttpRequest http, ReadOnlyMemory<byte> body)
    {
        var problems = new FieldProblems();
        var request = (IMessage)Activator.CreateInstance(call.Request.ClrType)!;
        ReadBody(request, route, body, problems);
        foreach (var (name, value) in http.RouteValues) SetFromPath(request, name, $"{value}", problems);
        foreach (var (name, values) in http.Query) SetAll(request, name, values, problems);
        ReadHeaders(request, http, problems);
        problems.ThrowIfAny("the request");
        return request;
    }

    private static void ReadBody(IMessage request, RestRoute route, ReadOnlyMemory<byte> body, FieldProblems problems)
    {
        if (route.Body is not { } field)
        {
            if (!body.IsEmpty) problems.Add("body", "must be left out; what this call is about stands in its path and query");
            return;
        }

        var isWhole = field == "*";
        if (body.IsEmpty)
        {
            // A call all of whose fields have defaults.
            if (!isWhole) problems.Add("body", $"must be given: the {field} as JSON");
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            var target = isWhole ? request.Descriptor : FieldPath.Find(request.Descriptor, field)![^1].MessageType;
            var before = problems.Found.Count;
            FindUnknown(document.RootElement, target, isWhole ? "" : field, problems);
            if (problems.Found.Count > before) return;
            var read = RestJson.Parser.Parse(document.RootElement.GetRawText(), target);
            if (isWhole) request.MergeFrom(read.ToByteString());
            else FieldPath.Find(request.Descriptor, field)![^1].Accessor.SetValue(request, read);
        }
        catch (JsonException failure)
        {
            problems.Add("body", $"must be JSON: {failure.Message}");
        }
        catch (InvalidProtocolBufferException failure)
        {
            problems.Add("body", $"does not fit: {failure.Message}");
        }
    }

    private static void FindUnknown(JsonElement value, MessageDescriptor message, string path, FieldProblems problems)
    {
        // These have forms of their own.
        if (message.File.Package.StartsWith("google.", StringComparison.Ordinal)) return;
        if (value.ValueKind != JsonValueKind.Object)
        {
            problems.Add(path.Length == 0 ? "body" : path, $"must be a JSON object, was {value.ValueKind.ToString().ToLowerInvariant()}");
            return;
        }

        foreach (var property in value.EnumerateObject())
        {
            var at = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            if (FieldPath.Find(message, property.Name) is not [var field])
            {
                problems.Add(at, $"is no field; there are {string.Join(", ", message.Fields.InFieldNumberOrder().Select(known => known.JsonName))}");
                continue;
            }

            if (field.IsMap || field.FieldType != FieldType.Message || property.Value.ValueKind == JsonValueKind.Null) continue;
            if (!field.IsRepeated)
            {
                FindUnknown(property.Value, field.MessageType, at, problems);
            }
            else if (property.Value.ValueKind == JsonValueKind.Array)
            {
                var i = 0;
                foreach (var item in property.Value.EnumerateArray()) FindUnknown(item, field.MessageType, $"{at}[{i++}]", problems);
            }
        }
    }

    private static void SetFromPath(IMessage request, string name, string value, FieldProblems problems)
    {
        // What the body says of it has to be the same.
        if (FieldPath.TextOf(request, name) is { Length: > 0 } said && said != value)
        {
            problems.Add(name, $"is '{said}' in the body and '{value}' in the path; leave it out of the body, or make them the same");
            return;
        }

        Set(request, name, [value], problems);
    }

    private static void SetAll(IMessage request, string name, IReadOnlyList<string?> values, FieldProblems problems)
    {
        if (FieldPath.Find(request.Descriptor, name) is not { } fields || fields[^1].IsMap || (fields[^1].FieldType == FieldType.Message && !IsText(fields[^1].MessageType)))
            problems.Add(name, $"is no query parameter of this call; there are {string.Join(", ", ParametersOf(request.Descriptor))}");
        else if (values.Count > 1 && !fields[^1].IsRepeated) problems.Add(name, $"must be given once, was given {values.Count} times");
        else Set(request, name, values, problems);
    }

    /// <summary>The query parameters that a request could have: its fields and those of messages in it, that a text can say.</summary>
    public static IEnumerable<string> ParametersOf(MessageDescriptor message, string path = "")
    {
        foreach (var field in message.Fields.InFieldNumberOrder())
        {
            if (field.IsMap) continue;
            if (field.FieldType != FieldType.Message || IsText(field.MessageType)) yield return path + field.JsonName;
            else if (!field.IsRepeated && field.MessageType.Name is "Page" or "WriteOptions")
                foreach (var inside in ParametersOf(field.MessageType, $"{path}{field.JsonName}.")) yield return inside;
        }
    }

    private static bool IsText(MessageDescriptor message) => message.FullName is "google.protobuf.Timestamp" or "google.protobuf.Duration";

    private static void Set(IMessage request, string path, IReadOnlyList<string?> values, FieldProblems problems)
    {
        var fields = FieldPath.Find(request.Descriptor, path)!;
        JsonNode node = fields[^1].IsRepeated ? new JsonArray([.. values.Select(value => ValueOf(fields[^1], value ?? ""))]) : ValueOf(fields[^1], values[0] ?? "");
        for (var i = fields.Count - 1; i >= 0; i--) node = new JsonObject { [fields[i].JsonName] = node };
        try
        {
            request.MergeFrom(RestJson.Parser.Parse(node.ToJsonString(), request.Descriptor).ToByteString());
        }
        catch (InvalidProtocolBufferException failure)
        {
            problems.Add(path, $"cannot be '{string.Join(",", values)}': {failure.Message}");
        }
    }

    // As text, from which the JSON form of protobuf reads numbers, too; values of enumerations also as people write them.
    private static JsonNode ValueOf(FieldDescriptor field, string value) => field.FieldType switch
    {
        FieldType.Bool when value.Length == 0 => JsonValue.Create(true),
        FieldType.Bool when bool.TryParse(value, out var flag) => JsonValue.Create(flag),
        FieldType.Enum when field.EnumType.Values.FirstOrDefault(known => EnumMap.Word(field.EnumType, known.Number) == value.ToLowerInvariant()) is { } known => JsonValue.Create(known.Name),
        _ => JsonValue.Create(value),
    };

    private static void ReadHeaders(IMessage request, HttpRequest http, FieldProblems problems)
    {
        var options = FieldPath.Find(request.Descriptor, "options");
        if (http.Headers[IdempotencyKey] is [{ Length: > 0 } key])
        {
            if (options is null) problems.Add(IdempotencyKey, "must be left out: this call takes none");
            else Set(request, "options.idempotencyKey", [key], problems);
        }

        if (http.Headers.IfMatch is [{ Length: > 0 } wanted])
        {
            if (options is null) problems.Add(HeaderNames.IfMatch, "must be left out: this call expects no version");
            else if (long.TryParse(wanted.Trim().Trim('"'), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var version))
                Set(request, "options.expectedVersion", [version.ToString(System.Globalization.CultureInfo.InvariantCulture)], problems);
            else problems.Add(HeaderNames.IfMatch, $"must be the ETag of an answer, as \"3\", was {wanted}");
        }

        if (http.Headers[LastEventId] is [{ Length: > 0 } last] && FieldPath.Find(request.Descriptor, "cursor") is not null) Set(request, "cursor", [last], problems);
    }
}
