using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Warren.Api.Tests.Rest;

/// <summary>What REST answers.</summary>
/// <param name="Status">The status.</param>
/// <param name="Type">The type of the content.</param>
/// <param name="Body">The content, if it is JSON.</param>
/// <param name="Headers">The headers.</param>
internal sealed record RestReply(int Status, string? Type, JsonNode? Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Asks.</summary>
    public static async Task<RestReply> OfAsync(HttpClient client, string verb, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(verb), path);
        if (body is not null) request.Content = body as HttpContent ?? JsonContent.Create(body);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var type = answer.Content.Headers.ContentType?.MediaType;
        return new(
            (int)answer.StatusCode,
            type,
            type?.EndsWith("json", StringComparison.Ordinal) == true ? JsonNode.Parse(text) : null,
            answer.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value)));
    }

    /// <summary>The paths of what is wrong.</summary>
    public IEnumerable<string> Violations => Body?["violations"]?.AsArray().Select(violation => violation!["field"]!.GetValue<string>()) ?? [];
}
