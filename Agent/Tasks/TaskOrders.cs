using System.Collections.Immutable;
using System.Globalization;
using Warren.Agent.Containers;
using Warren.Agent.Runtime;
using Warren.Images;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Agent.Tasks;

/// <summary>What a task's container is made from.</summary>
internal static class TaskOrders
{
    /// <summary>The order for a task; the same each time.</summary>
    public static ContainerOrder Of(TaskId task, TaskTemplate template) => new()
    {
        Id = new(task.ToString()),
        Spec = template.Container,
        ImageDigest = template.PinnedImage is { } pinned ? ImageReferences.Parse(pinned).Digest : null,
        Volumes = template.Volumes,
        Files = [.. template.Files.Select(file => new ContainerFile(file.Target, file.Content, file.Mode, file.Uid, file.Gid))],
        Owner = ImmutableSortedDictionary<string, string>.Empty
            .Add(OwnerLabels.Task, task.ToString())
            .Add(OwnerLabels.Service, task.Service.ToString())
            .Add(OwnerLabels.Generation, task.Generation.ToString(CultureInfo.InvariantCulture)),
    };
}
