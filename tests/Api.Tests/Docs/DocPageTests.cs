using System.Text;
using Warren.Silo.Api.Access;
using Warren.Cli.Tests.Docs;

namespace Warren.Api.Tests.Docs;

public sealed class DocPageTests
{
    [Fact]
    public void ApiPage_EndsWithEveryCall() => DocPage.ShouldEndWith("api.md", Table());

    private static string Table()
    {
        var text = new StringBuilder("| call | what it does | as REST | role |\n|---|---|---|---|\n");
        foreach (var operation in Operations.All)
        {
            var routes = operation.WithoutRoute ?? string.Join("<br>", operation.Routes.Select(route => $"`{route.Verb} {route.Template}`"));
            text.Append($"| `{operation.Api}/{operation.Method}` | {operation.Summary} | {routes} | {operation.Role.ToString().ToLowerInvariant()} |\n");
        }

        return text.ToString();
    }
}
