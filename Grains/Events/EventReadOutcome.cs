namespace Warren.Grains.Events;

/// <summary>Whether a reader goes on where it was.</summary>
internal enum EventReadOutcome
{
    /// <summary>It does; no event lies between.</summary>
    Ok,

    /// <summary>Events after its cursor are gone already: it has to look at the state itself, and go on from the oldest event.</summary>
    TooOld,

    /// <summary>There was no such event: the log was restored to an earlier time.</summary>
    Unknown,
}
