namespace Warren.Secrets;

/// <summary>What a new version of a secret or config means to the tasks that have an older one.</summary>
[GenerateSerializer]
public enum ReferencePolicy
{
    /// <summary>Nothing: a task keeps the version it began with, its successor gets the latest.</summary>
    Keep = 0,

    /// <summary>They are replaced as after a changed spec.</summary>
    Rollout = 1,

    /// <summary>Their files are replaced while they run, each in one step.</summary>
    InPlace = 2,
}
