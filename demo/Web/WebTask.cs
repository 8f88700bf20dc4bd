using System.Text.Json;

namespace Warren.Demo.Web;

/// <summary>A task that takes traffic, as <c>warren service tasks --output json</c> shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Node">The name of its node.</param>
/// <param name="Port">The node's port that leads to it.</param>
internal sealed record WebTask(string Id, string Node, int Port)
{
    /// <summary>Reads those that are ready.</summary>
    public static IReadOnlyList<WebTask> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return
        [
            .. document.RootElement.EnumerateArray()
                .Where(task => task.TryGetProperty("isReady", out var isReady) && isReady.GetBoolean())
                .Select(task => new WebTask(
                    task.GetProperty("id").GetString()!, task.GetProperty("nodeName").GetString()!,
                    task.GetProperty("observed").GetProperty("ports")[0].GetProperty("hostPort").GetInt32())),
        ];
    }
}
