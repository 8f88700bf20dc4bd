namespace Warren.Services;

/// <summary>What a rollout does when a new task fails.</summary>
[GenerateSerializer]
public enum UpdateFailureAction
{
    /// <summary>It stops where it is, until it is told to go on or the spec changes.</summary>
    Pause = 0,

    /// <summary>It goes on; the failed task is replaced by its restart policy.</summary>
    Continue = 1,
}
