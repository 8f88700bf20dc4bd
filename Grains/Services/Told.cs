using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>What others have heard of a task. Only in memory: a new activation tells everything again.</summary>
internal sealed class Told
{
    /// <summary>What its grain has heard. Null: nothing.</summary>
    public (DesiredState Desired, TaskState Stage)? ByTask { get; set; }

    /// <summary>Whether its grain is being told.</summary>
    public bool IsBeingTold { get; set; }

    /// <summary>Whether the scheduler has it among those that wait.</summary>
    public bool IsQueued { get; set; }

    /// <summary>What its node has heard. Null: nothing but that it shall run.</summary>
    public DesiredState? ByNode { get; set; }

    /// <summary>Which version's files its node has heard of, of those that are replaced in place. 0: none.</summary>
    public long FilesByNode { get; set; }
}
