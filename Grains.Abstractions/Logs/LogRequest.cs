using Warren.Tasks;

namespace Warren.Logs;

/// <summary>Which part of a task's output is wanted.</summary>
[GenerateSerializer, Alias("warren.log-request"), Immutable]
public sealed record LogRequest
{
    /// <summary>The task.</summary>
    [Id(0)]
    public required TaskId Task { get; init; }

    /// <summary>Whether to go on with what is written later, until the task has ended. Default: false.</summary>
    [Id(1)]
    public bool Follow { get; init; }

    /// <summary>Only so many of the last lines that meet the rest, at least 0. Default: all that is kept.</summary>
    [Id(2)]
    public int? Tail { get; init; }

    /// <summary>Only what was written at or after. Default: from the beginning.</summary>
    [Id(3)]
    public DateTimeOffset? Since { get; init; }
}
