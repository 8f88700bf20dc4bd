namespace Warren.Agent.Logs;

/// <summary>Which part of a container's output is read.</summary>
public sealed record LogQuery
{
    /// <summary>Whether to go on with what is written later, until the container's log ends. Default: false.</summary>
    public bool Follow { get; init; }

    /// <summary>Only so many of the last lines that meet the rest; 0 for none but new ones. Default: all that is kept.</summary>
    public int? Tail { get; init; }

    /// <summary>Only what was written at or after. Default: from the beginning.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only what was written before. Default: to the end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only this stream. Default: both.</summary>
    public LogStream? Stream { get; init; }
}
