namespace Warren.Architecture.Tests.Sources;

/// <summary>What sources may not do outside the files of <see cref="AllowedFiles"/>.</summary>
internal enum Ban
{
    /// <summary>Reads the wall clock beside <see cref="TimeProvider"/>.</summary>
    Clock = 1,

    /// <summary>Makes ids that no test can foresee.</summary>
    NewGuid = 2,

    /// <summary>Draws from a generator without a seed.</summary>
    Chance = 3,

    /// <summary>Stops a thread for a time.</summary>
    Sleep = 4,

    /// <summary>Waits for the real clock, where a <see cref="TimeProvider"/> could be given.</summary>
    UnclockedWait = 5,

    /// <summary>Blocks a thread until a task has ended.</summary>
    Blocking = 6,

    /// <summary>Leaves the grain's scheduler.</summary>
    LeavesGrainScheduler = 7,
}
