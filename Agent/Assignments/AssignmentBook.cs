using System.Collections.Immutable;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Agent.Assignments;

/// <summary>What the managers want of this node, as far as it has heard.</summary>
internal sealed record AssignmentBook
{
    private static readonly ImmutableDictionary<(ServiceName, long), TaskTemplate> s_noTemplates =
        ImmutableDictionary<(ServiceName, long), TaskTemplate>.Empty;

    /// <summary>Nothing was heard yet.</summary>
    public static AssignmentBook Empty { get; } = new();

    /// <summary>The version of the assignments. Null: nothing was heard yet.</summary>
    public long? Version { get; private init; }

    /// <summary>The tasks.</summary>
    public ImmutableDictionary<TaskId, TaskAssignment> Tasks { get; private init; } = ImmutableDictionary<TaskId, TaskAssignment>.Empty;

    private ImmutableDictionary<(ServiceName Service, long Version), TaskTemplate> Templates { get; init; } = s_noTemplates;

    /// <summary>What a task is made from; null if the managers have not said.</summary>
    public TaskTemplate? TemplateOf(TaskAssignment task) => Templates.GetValueOrDefault((task.Task.Service, task.SpecVersion));

    /// <summary>Takes a message, which may be late, doubled, or come after one that was lost.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isAnswer">Whether it was asked for: then it holds even if it is older, since the managers' store may have been restored.</param>
    /// <returns>The book after it; null if something before it is missing, and the managers must be asked.</returns>
    public AssignmentBook? TryApply(AssignmentMessage message, bool isAnswer)
    {
        if (message.IsEverything)
        {
            if (!isAnswer && Version > message.To) return this;
            return With(message.To, message.Set.ToImmutableDictionary(task => task.Task), s_noTemplates, message.Templates);
        }

        if (Version is not { } version || message.From > version) return null;
        if (message.To <= version) return this;
        var tasks = Tasks.RemoveRange(message.Drop).SetItems(message.Set.Select(task => KeyValuePair.Create(task.Task, task)));
        return With(message.To, tasks, Templates, message.Templates);
    }

    private AssignmentBook With(
        long version,
        ImmutableDictionary<TaskId, TaskAssignment> tasks,
        ImmutableDictionary<(ServiceName Service, long Version), TaskTemplate> known,
        ImmutableArray<TaskTemplate> added)
    {
        var templates = known.SetItems(added.Select(template => KeyValuePair.Create((template.Service, template.Version), template)));
        var needed = tasks.Values.Select(task => (task.Task.Service, task.SpecVersion)).ToHashSet();
        return new() { Version = version, Tasks = tasks, Templates = templates.RemoveRange(templates.Keys.Where(key => !needed.Contains(key))) };
    }
}
