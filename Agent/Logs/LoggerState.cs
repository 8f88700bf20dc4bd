namespace Warren.Agent.Logs;

/// <summary>Whether more output can come.</summary>
internal enum LoggerState
{
    /// <summary>No logger has begun in this folder.</summary>
    NotStarted = 0,

    /// <summary>One writes.</summary>
    Running = 1,

    /// <summary>The last one has ended, however it did.</summary>
    Ended = 2,
}
