using System.Collections.Immutable;
using Warren.Agent.Tasks;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Agent.Assignments;

/// <summary>What the managers want of this node, as far as it has heard.</summary>
internal sealed record AssignmentBook
{
    /// <summary>Nothing was heard yet.</summary>
    public static AssignmentBook Empty { get; } = new();

    /// <summary>The version of the assignments. Null: nothing was heard yet.</summary>
    public long? Version { get; private init; }

    /// <summary>The tasks.</summary>
    public ImmutableDictionary<TaskId, TaskAssignment> Tasks { get; private init; } = ImmutableDictionary<TaskId, TaskAssignment>.Empty;

    /// <summary>What they are made from, by service and version of its spec.</summary>
    public ImmutableDictionary<(ServiceName Service, long Version), TaskTemplate> Templates { get; private init; } =
        ImmutableDictionary<(ServiceName, long), TaskTemplate>.Empty;

    /// <summary>Templates that came from the disk, where the contents of their secrets could not be read.</summary>
    public ImmutableHashSet<(ServiceName Service, long Version)> WithoutSecrets { get; private init; } = [];

    /// <summary>The node's labels, as they were told last.</summary>
    public ImmutableSortedDictionary<string, string> NodeLabels { get; private init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What to tell the managers: null, for everything, if secrets are missing that a task may need.</summary>
    public long? KnownVersion =>
        !WithoutSecrets.IsEmpty && Tasks.Values.Any(task => task.Desired < DesiredState.Shutdown && !SourceOf(task).HasAll) ? null : Version;

    /// <summary>What was kept on the disk.</summary>
    /// <param name="version">The version of the assignments.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="templates">What they are made from, and whether the contents of secrets are there.</param>
    /// <param name="nodeLabels">The node's labels. Default: none.</param>
    public static AssignmentBook Restore(
        long version, IEnumerable<TaskAssignment> tasks, IEnumerable<TaskSource> templates, ImmutableSortedDictionary<string, string>? nodeLabels = null)
    {
        var kept = templates.ToArray();
        var book = Empty.With(version, tasks.ToImmutableDictionary(task => task.Task), [.. kept.Select(source => source.Template!)], nodeLabels);
        var without = kept.Where(source => !source.HasAll).Select(source => (source.Template!.Service, source.Template.Version));
        return book with { WithoutSecrets = [.. without.Where(book.Templates.ContainsKey)] };
    }

    /// <summary>What a task is made from.</summary>
    public TaskSource SourceOf(TaskAssignment task)
    {
        var key = (task.Task.Service, task.SpecVersion);
        return Templates.TryGetValue(key, out var template) ? new(template, !WithoutSecrets.Contains(key), FilesOf(task)) : TaskSource.Unknown;
    }

    /// <summary>
    /// The images of all tasks that are not on their way out, as users write them and pinned: also of those that have ended, or were never made, since the node may
    /// start them when no registry can be reached.
    /// </summary>
    public ImmutableHashSet<string> WantedImages() =>
    [
        .. Tasks.Values.Where(task => task.Desired < DesiredState.Shutdown).Select(task => SourceOf(task).Template).OfType<TaskTemplate>()
            .SelectMany(template => template.PinnedImage is { } pinned ? new[] { template.Container.Image, pinned } : [template.Container.Image]),
    ];

    /// <summary>Takes a message, which may be late, doubled, or come after one that was lost.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isAnswer">Whether it was asked for: then it holds even if it is older, since the managers' store may have been restored.</param>
    /// <returns>The book after it; null if something before it is missing, and the managers must be asked.</returns>
    public AssignmentBook? TryApply(AssignmentMessage message, bool isAnswer)
    {
        if (message.IsEverything)
        {
            // What it is made from may come with another message; it is the same then.
            return !isAnswer && Version > message.To ? this : With(message.To, message.Set.ToImmutableDictionary(task => task.Task), message.Templates, message.NodeLabels);
        }

        if (Version is not { } version || message.From > version) return null;
        if (message.To < version) return this;

        // A manager of a later release than the one that told this version may tell labels with it.
        if (message.To == version) return message.NodeLabels is { } labels && !labels.SequenceEqual(NodeLabels) ? this with { NodeLabels = labels } : this;
        var tasks = Tasks.RemoveRange(message.Drop).SetItems(message.Set.Select(task => KeyValuePair.Create(task.Task, task)));
        return With(message.To, tasks, message.Templates, message.NodeLabels);
    }

    private TaskTemplate? FilesOf(TaskAssignment task)
    {
        var key = (task.Task.Service, task.FilesVersion);
        return task.FilesVersion > 0 && !WithoutSecrets.Contains(key) ? Templates.GetValueOrDefault(key) : null;
    }

    // Templates stay for as long as a task is made from them.
    private AssignmentBook With(
        long version, ImmutableDictionary<TaskId, TaskAssignment> tasks, ImmutableArray<TaskTemplate> added, ImmutableSortedDictionary<string, string>? labels)
    {
        var templates = Templates.SetItems(added.Select(template => KeyValuePair.Create((template.Service, template.Version), template)));
        var needed = tasks.Values.SelectMany(task => new[] { (task.Task.Service, task.SpecVersion), (task.Task.Service, task.FilesVersion) }).ToHashSet();
        templates = templates.RemoveRange(templates.Keys.Where(key => !needed.Contains(key)));
        return new()
        {
            Version = version,
            Tasks = tasks,
            Templates = templates,
            NodeLabels = labels ?? NodeLabels,
            WithoutSecrets = WithoutSecrets.Except(added.Select(template => (template.Service, template.Version))).Intersect(templates.Keys),
        };
    }
}
