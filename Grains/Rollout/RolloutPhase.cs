namespace Warren.Grains.Rollout;

/// <summary>Where a rollout stands. Stored by number, with room for phases in between.</summary>
internal enum RolloutPhase
{
    /// <summary>Slots are being replaced.</summary>
    Rolling = 0,

    /// <summary>No further slot is begun until someone resumes it or the spec changes. What was begun is finished.</summary>
    Paused = 10,

    /// <summary>All slots that could be reached have the new version.</summary>
    Completed = 100,
}
