namespace Warren.Cli.Manifests;

/// <summary>How far another service must have come before a service is written.</summary>
internal enum DependencyCondition
{
    /// <summary>One of its tasks has been started.</summary>
    Started,

    /// <summary>All that is wanted of it is there and ready.</summary>
    Healthy,

    /// <summary>It is a job, and its run has ended well.</summary>
    Completed,
}
