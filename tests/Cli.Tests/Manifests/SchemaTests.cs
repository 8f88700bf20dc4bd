using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Warren.Cli.Tests.Manifests;

public sealed class SchemaTests
{
    /// <summary>What is published is what the command reads; a field that is new, or without a comment, is seen here.</summary>
    [Fact]
    public void PublishedSchema_IsThatOfTheMessages()
    {
        var published = Root("docs/manifest.schema.json");
        var made = SchemaText.Make(Root("proto/warren/v1"));
        if (File.Exists(published) && File.ReadAllText(published) == made) return;
        var received = Root("docs/manifest.schema.received.json");
        File.WriteAllText(received, made);
        Assert.Fail($"{published} is stale; put {received} in its place");
    }

    [Fact]
    public void Schema_OfAService_HasItsFieldsWithMeaning()
    {
        using var schema = JsonDocument.Parse(SchemaText.Make(Root("proto/warren/v1")));
        var service = schema.RootElement.GetProperty("oneOf")[0].GetProperty("properties");
        service.GetProperty("kind").GetProperty("const").GetString().ShouldBe("Service");
        service.GetProperty("replicas").GetProperty("description").GetString().ShouldBe("How many tasks run, 0 to 100,000; only with mode replicated. Default: 1.");
        schema.RootElement.GetProperty("definitions").GetProperty("UpdateSpec").GetProperty("properties").GetProperty("order").GetProperty("enum").EnumerateArray()
            .Select(word => word.GetString()).ShouldBe(["auto", "start-first", "stop-first"]);
    }

    private static string Root(string path, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "../../..", path);
}
