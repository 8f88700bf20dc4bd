using System.Collections.Immutable;
using Warren.Configs;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Agent.Tasks;

/// <summary>What files that are templates say of the node.</summary>
/// <param name="node">Its id.</param>
/// <param name="description">Its name and platform.</param>
internal sealed class NodeFields(NodeId node, NodeDescription? description)
{
    private ImmutableSortedDictionary<string, string> _labels = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Those of a worker without managers, which has no tasks.</summary>
    public static NodeFields None { get; } = new(default, null);

    /// <summary>The labels, as the managers told them last.</summary>
    public ImmutableSortedDictionary<string, string> Labels
    {
        get => Volatile.Read(ref _labels);
        set => Volatile.Write(ref _labels, value);
    }

    /// <summary>What the fields stand for in the files of a task.</summary>
    public ConfigFacts Of(TaskId task, TaskTemplate template) => new()
    {
        Task = task,
        ServiceLabels = template.Labels,
        Node = node,
        Hostname = description?.Name ?? "",
        Platform = description?.Platform ?? default,
        NodeLabels = Labels,
    };
}
