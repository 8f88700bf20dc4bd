using System.Collections.Immutable;
using Warren.Nodes;

namespace Warren.Agent.Tasks;

/// <summary>The files of a task that are replaced while it runs.</summary>
internal static class TaskFiles
{
    /// <summary>Those files with their present contents; all else of them stays as the task was made.</summary>
    public static ImmutableArray<TaskFile> InPlace(TaskTemplate template, TaskTemplate files) =>
        [.. template.Files.Where(file => file.IsInPlace).Select(file => Present(file, files))];

    /// <summary>A template by which the task is made with the present contents.</summary>
    public static TaskTemplate Current(TaskTemplate template, TaskTemplate? files) => files is null
        ? template
        : template with { Files = [.. template.Files.Select(file => file.IsInPlace ? Present(file, files) : file)] };

    private static TaskFile Present(TaskFile file, TaskTemplate files) =>
        files.Files.FirstOrDefault(other => other.Target == file.Target && other.IsSecret == file.IsSecret) is { } present ? file with { Content = present.Content } : file;
}
