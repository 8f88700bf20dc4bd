namespace Warren.Grains.Services;

/// <summary>What becomes of a task that is there. The buckets of <see cref="ServicePlan"/>.</summary>
internal enum TaskAction
{
    /// <summary>Nothing: it is as it should be.</summary>
    Keep,

    /// <summary>Nothing yet: a time must come, or something must happen first.</summary>
    Wait,

    /// <summary>It may be placed now.</summary>
    Release,

    /// <summary>It gets no more traffic.</summary>
    Leave,

    /// <summary>It is told to end.</summary>
    Stop,

    /// <summary>It never reached a node, and will not.</summary>
    Withdraw,

    /// <summary>It is given up with its node.</summary>
    Orphan,

    /// <summary>All that it left on its node shall go.</summary>
    Remove,

    /// <summary>Nothing is left of it: its record goes.</summary>
    Forget,
}
