namespace Warren.Events;

/// <summary>What happened to the subject of an event.</summary>
[GenerateSerializer]
public enum EventKind
{
    /// <summary>It was made.</summary>
    Created = 0,

    /// <summary>Its spec, labels or content changed.</summary>
    Updated = 1,

    /// <summary>It was removed.</summary>
    Removed = 2,

    /// <summary>What is meant to become of it changed; from and to are set.</summary>
    DesiredChanged = 3,

    /// <summary>What was seen of it changed: a task's state or health, a node's condition; from and to are set.</summary>
    ObservedChanged = 4,

    /// <summary>A rollout of it began, advanced, was paused or ended.</summary>
    Rollout = 5,

    /// <summary>A run of a job began, ended or was left out.</summary>
    Run = 6,

    /// <summary>Something about it cannot be done now; the reason says what, and when it is tried again.</summary>
    Blocked = 7,
}
