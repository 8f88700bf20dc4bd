using Warren.Scheduling;
using Warren.Volumes;

namespace Warren.Grains.Scheduling;

/// <summary>Pending tasks with the same requirements, so that nodes are looked at once for all of them.</summary>
internal sealed class TaskGroup(PlacementRequirements requirements, ulong seed)
{
    public PlacementRequirements Requirements { get; } = requirements;

    /// <summary>In the order in which they are placed, once sorted.</summary>
    public List<PendingTask> Tasks { get; } = [];

    /// <summary>Whether the slots say the nodes, as in a global service.</summary>
    public bool IsOnGivenNodes => Tasks.Count > 0 && Tasks[0].Id.Slot.Node is not null;

    /// <summary>Since when the first of them waits.</summary>
    public DateTimeOffset Since { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>Decides between equal nodes, differently for each service, so that not all begin with the same node.</summary>
    public ulong Seed { get; } = seed ^ StableHash.Of(requirements.Service.Value);

    /// <summary>Which nodes meet which constraint, by the nodes' places.</summary>
    public IReadOnlyList<(string Text, bool[] IsMet)> Constraints { get; set; } = [];

    /// <summary>Which platforms have an image, by their places; null: all.</summary>
    public bool[]? Platforms { get; set; }

    /// <summary>Volumes that are on a node, by its place; a negative place is that of no known node.</summary>
    public List<(string Volume, int Node)> Volumes { get; } = [];

    /// <summary>Local volumes that the first task will put on its node.</summary>
    public List<VolumeName> UnplacedVolumes { get; } = [];

    public void Add(PendingTask task)
    {
        Tasks.Add(task);
        if (task.Since < Since) Since = task.Since;
    }

    public ulong TieOf(ulong hash) => StableHash.Mix(Seed ^ hash);

    /// <summary>Higher priority first, then the longest waiting, then by name.</summary>
    public static int Compare(TaskGroup left, TaskGroup right)
    {
        var byPriority = right.Requirements.Priority.CompareTo(left.Requirements.Priority);
        if (byPriority != 0) return byPriority;
        var bySince = left.Since.CompareTo(right.Since);
        if (bySince != 0) return bySince;
        var byService = left.Requirements.Service.CompareTo(right.Requirements.Service);
        return byService != 0 ? byService : left.Requirements.SpecVersion.CompareTo(right.Requirements.SpecVersion);
    }
}
