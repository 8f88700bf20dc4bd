namespace Warren.Services;

/// <summary>What becomes of runs of a cron job whose time has passed.</summary>
[GenerateSerializer]
public enum MissedRunPolicy
{
    /// <summary>One run makes up for all of them.</summary>
    RunOnce = 0,

    /// <summary>They are left out.</summary>
    Skip = 1,

    /// <summary>Each is made up for, in order, the latest 100 at most.</summary>
    RunAll = 2,
}
