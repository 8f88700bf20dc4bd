using System.Collections.Immutable;

namespace Warren.Logs;

/// <summary>Some lines of a task's output, in the order of writing. Without lines it says that the node is still there.</summary>
[GenerateSerializer, Alias("warren.log-batch"), Immutable]
public sealed record LogBatch
{
    /// <summary>The lines.</summary>
    [Id(0)]
    public ImmutableArray<LogText> Lines { get; init; } = [];

    /// <summary>Whether nothing follows.</summary>
    [Id(1)]
    public bool IsEnd { get; init; }

    /// <summary>Why nothing follows though there may be more, for people; null: there is no more.</summary>
    [Id(2)]
    public string? Problem { get; init; }
}
