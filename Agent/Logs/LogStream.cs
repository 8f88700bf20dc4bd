namespace Warren.Agent.Logs;

/// <summary>Where output was written to.</summary>
public enum LogStream
{
    /// <summary>Standard output; with a terminal, everything.</summary>
    Stdout = 0,

    /// <summary>Standard error.</summary>
    Stderr = 1,
}
