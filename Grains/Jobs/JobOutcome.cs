namespace Warren.Grains.Jobs;

/// <summary>How a run ended. Stored by number.</summary>
internal enum JobOutcome
{
    /// <summary>All its slots completed.</summary>
    Complete = 0,

    /// <summary>A slot failed for good, or the deadline passed.</summary>
    Failed = 10,

    /// <summary>It was stopped: another run took its place, or someone wished it.</summary>
    Stopped = 20,
}
