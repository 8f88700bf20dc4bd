using System.Collections.Immutable;
using Warren.Services;

namespace Warren.Agent.Assignments;

/// <summary>How often this node has started a task again by itself, while it could reach no manager.</summary>
/// <param name="Count">How often.</param>
/// <param name="Ends">When the task ended, as far back as its restart policy looks.</param>
/// <param name="LastEnd">Why it was started again the last time, for people.</param>
internal sealed record TaskRestarts(int Count, ImmutableArray<DateTimeOffset> Ends, string LastEnd)
{
    /// <summary>Never.</summary>
    public static TaskRestarts None { get; } = new(0, [], "");

    /// <summary>The task has ended once more.</summary>
    public TaskRestarts WithEnd(RestartSpec restart, DateTimeOffset now) => this with { Ends = RestartRule.WithEnd(Ends, restart, now) };
}
