using System.Collections.Immutable;
using Warren.Content;

namespace Warren.Services;

/// <summary>How one spec of a service differs from the one before.</summary>
public sealed record ServiceSpecChange
{
    // The rest takes effect without a new task: numbers, policies, labels of the service, and placement: tasks on nodes that
    // still meet it stay, the others are moved.
    private static readonly string[] s_partsOfTasks = ["container", "secrets", "configs", "mode"];

    private ServiceSpecChange(ImmutableArray<string> paths) => Paths = paths;

    /// <summary>Where they differ: <c>container.image</c>, <c>replicas</c>. Empty: nowhere.</summary>
    public ImmutableArray<string> Paths { get; }

    /// <summary>Whether they are the same.</summary>
    public bool IsNone => Paths.IsEmpty;

    /// <summary>Whether tasks of the one are no tasks of the other, so that they are replaced. Otherwise they go on as they are.</summary>
    public bool ReplacesTasks => Paths.Any(path => s_partsOfTasks.Any(part => IsIn(path, part)));

    /// <summary>Compares two specs.</summary>
    public static ServiceSpecChange Between(ServiceSpec before, ServiceSpec after) => new(ContentComparison.Differences(before, after));

    private static bool IsIn(string path, string part) =>
        path.StartsWith(part, StringComparison.Ordinal) && (path.Length == part.Length || path[part.Length] is '.' or '[');
}
