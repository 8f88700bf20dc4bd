namespace Warren.Grains.Rollout;

/// <summary>In which way a service comes from one version to the next. Stored by number.</summary>
internal enum RolloutStrategy
{
    /// <summary>Slot by slot, in batches.</summary>
    Rolling = 0,
}
