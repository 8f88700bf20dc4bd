using System.Text.Json;
using Warren.Harness.Clusters;
using Warren.TestSupport.Clusters;
using Warren.TestSupport.Processes;

namespace Warren.EndToEnd.Tests;

/// <summary>Asks by the command.</summary>
internal static class TopExtensions
{
    /// <summary>What <c>warren top</c> says, as JSON.</summary>
    public static async Task<IReadOnlyList<JsonElement>> TopAsync(this RealCluster cluster, params string[] words)
    {
        var output = await Tool.RunAsync(CliProgram.Path, ["--host", cluster.ApiSocket, "top", .. words, "--output", "json"]);
        using var document = JsonDocument.Parse(output);
        return [.. document.RootElement.EnumerateArray().Select(element => element.Clone())];
    }
}
