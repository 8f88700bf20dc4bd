using System.Collections.Immutable;
using Warren.Configs;
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

    /// <summary>The files as the task's processes find them: those that are templates with their fields filled in.</summary>
    /// <exception cref="FileTemplateException">One cannot be filled in; the message says where and why.</exception>
    public static ImmutableArray<TaskFile> Fill(ImmutableArray<TaskFile> files, ConfigFacts facts) =>
        [.. files.Select(file => file.IsTemplate ? Fill(file, facts) : file)];

    private static TaskFile Fill(TaskFile file, ConfigFacts facts)
    {
        var (content, problems) = ConfigTemplate.Expand(file.Content.Span, facts);
        return problems.IsEmpty
            ? file with { Content = content, IsTemplate = false }
            : throw new FileTemplateException($"its file {file.Target} is a template that cannot be filled in on this node: {string.Join("; ", problems)}");
    }

    private static TaskFile Present(TaskFile file, TaskTemplate files) =>
        files.Files.FirstOrDefault(other => other.Target == file.Target && other.IsSecret == file.IsSecret) is { } present
            ? file with { Content = present.Content, IsTemplate = present.IsTemplate }
            : file;
}
