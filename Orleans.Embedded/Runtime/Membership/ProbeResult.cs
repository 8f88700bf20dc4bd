namespace Orleans.Runtime.Membership;

/// <summary>How a probe ended.</summary>
internal enum ProbeResult
{
    /// <summary>The silo answered.</summary>
    Ok = 1,

    /// <summary>
    /// Nobody listens at the silo's endpoint, or another life of the silo does: the process is gone. Not for a network that cannot be
    /// reached or a handshake that fails, which say nothing about the process.
    /// </summary>
    Refused = 2,

    /// <summary>No answer came in time, or whoever listens there does not want this process.</summary>
    TimedOut = 3,

    /// <summary>
    /// The attempt failed at once and says nothing about the process. One that is ending does this: its connections close before its
    /// listener, which for moments takes new ones that nobody will serve.
    /// </summary>
    Broken = 4,
}
