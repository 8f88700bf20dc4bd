using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Warren.Silo.Api.Access;

namespace Warren.Silo.Api.Rest;

/// <summary>
/// <c>/openapi/v1.json</c>: the routes and messages as OpenAPI 3.1 (<see href="https://spec.openapis.org/oas/v3.1.1.html"/>), made from the table of operations, the
/// messages and the comments of the <c>.proto</c> files, so that it says what is. It needs no token: it says nothing of the cluster.
/// </summary>
internal sealed class OpenApiDocument(RestGateway gateway)
{
    private static readonly string s_version = typeof(OpenApiDocument).Assembly.GetName().Version!.ToString(3);

    private readonly Lazy<byte[]> _text = new(() => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(Build(gateway.Calls), RestJson.Options));

    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/openapi/v1.json", (RequestDelegate)(async http =>
    {
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(_text.Value, http.RequestAborted);
    }));

    /// <summary>Makes it.</summary>
    /// <param name="calls">The calls by path on the wire.</param>
    public static JsonObject Build(IReadOnlyDictionary<string, GatewayCall> calls)
    {
        var schemas = new OpenApiSchemas(ApiComments.Read());
        var paths = new JsonObject();
        foreach (var operation in Operations.All)
        {
            var at = 0;
            foreach (var route in operation.Routes)
            {
                if (paths[route.Template] is not JsonObject path) paths[route.Template] = path = [];
                path[route.Verb.ToLowerInvariant()] = OperationOf(operation, route, calls[operation.Path], schemas, at++ == 0 ? "" : "2");
            }
        }

        foreach (var (path, summary, type) in new[]
        {
            ("/healthz", "Says that the process answers; needs no token", "application/json"), ("/readyz", "Says whether the manager takes calls; needs no token", "application/json"),
            ("/metrics", "The cluster and the manager in Prometheus' text format", "text/plain"),
        })
        {
            paths[path] = new JsonObject
            {
                ["get"] = new JsonObject
                {
                    ["operationId"] = path[1..],
                    ["summary"] = summary,
                    ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "It is so.", ["content"] = new JsonObject { [type] = new JsonObject() } } },
                },
            };
        }

        return new()
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject { ["title"] = "Warren", ["version"] = s_version, ["description"] = "The API of a Warren cluster. JSON is that of protobuf: 64-bit numbers are text, and what has its default is left out." },
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }, new JsonObject { ["certificate"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                    ["certificate"] = new JsonObject { ["type"] = "mutualTLS" },
                },
                ["schemas"] = schemas.Used(),
            },
        };
    }

    private static JsonObject OperationOf(Operation operation, RestRoute route, GatewayCall call, OpenApiSchemas schemas, string suffix)
    {
        var inPath = route.Template.Split('/').Where(part => part.StartsWith('{')).Select(part => part[1..^1]).ToList();
        var parameters = new JsonArray();
        foreach (var name in inPath) parameters.Add(Parameter(name, "path", FieldPath.Find(call.Request, name)![^1], schemas));
        if (route.Body != "*")
        {
            foreach (var name in RequestReader.ParametersOf(call.Request))
            {
                var fields = FieldPath.Find(call.Request, name)!;
                var isElsewhere = inPath.Contains(string.Join('.', fields.Select(field => field.Name))) || fields[0].Name == route.Body || fields[0].Name == "options";
                if (!isElsewhere) parameters.Add(Parameter(name, "query", fields[^1], schemas));
            }
        }

        if (FieldPath.Find(call.Request, "options") is not null)
        {
            parameters.Add(Header("Idempotency-Key", "Names this write: sent again under it, it is carried out once."));
            parameters.Add(Header("If-Match", "The ETag that the caller has seen; another version fails with 412."));
        }

        var document = new JsonObject
        {
            ["operationId"] = $"{operation.Api}_{operation.Method}{suffix}",
            ["summary"] = operation.Summary,
            ["description"] = $"{schemas.CommentOf($"warren.v1.{operation.Api}.{operation.Method}")} Needs the role {operation.Role.ToString().ToLowerInvariant()}.".Trim(),
            ["tags"] = new JsonArray(operation.Api[..^"Api".Length]),
            ["parameters"] = parameters,
        };
        if (route.Body is { } body)
        {
            var type = body == "*" ? call.Request : FieldPath.Find(call.Request, body)![^1].MessageType;
            document["requestBody"] = new JsonObject { ["required"] = body != "*", ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schemas.Reference(type) } } };
        }

        var isMade = route.Verb == "POST" && operation.Method.StartsWith("Create", StringComparison.Ordinal);
        document["responses"] = new JsonObject
        {
            [isMade ? "201" : "200"] = new JsonObject
            {
                ["description"] = call.Stream is null ? "It is so." : "A stream of server-sent events, each with one of these as its data.",
                ["content"] = new JsonObject { [call.Stream is null ? "application/json" : "text/event-stream"] = new JsonObject { ["schema"] = schemas.Reference(call.Response) } },
            },
            ["default"] = new JsonObject
            {
                ["description"] = "It is not, and why (RFC 9457).",
                ["content"] = new JsonObject { [Problem.ContentType] = new JsonObject { ["schema"] = schemas.Problem() } },
            },
        };
        return document;
    }

    private static JsonObject Parameter(string name, string place, FieldDescriptor field, OpenApiSchemas schemas)
    {
        var parameter = new JsonObject { ["name"] = name, ["in"] = place, ["schema"] = schemas.Of(field) };
        if (place == "path") parameter["required"] = true;
        if (schemas.CommentOf(field.FullName) is { Length: > 0 } comment) parameter["description"] = comment;
        return parameter;
    }

    private static JsonObject Header(string name, string description) =>
        new() { ["name"] = name, ["in"] = "header", ["schema"] = new JsonObject { ["type"] = "string" }, ["description"] = description };
}
