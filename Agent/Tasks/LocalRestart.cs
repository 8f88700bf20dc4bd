using System.Collections.Immutable;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Agent.Tasks;

/// <summary>What a node that can reach no manager does about a task that has ended though it is meant to run.</summary>
internal static class LocalRestart
{
    /// <summary>How long to wait before it is started again; null: it stays ended until the managers say something else.</summary>
    /// <param name="restart">The restart policy; null for what is never started again without the managers.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="ends">When it ended, this time included.</param>
    /// <param name="now">The time.</param>
    public static TimeSpan? DelayOf(RestartSpec? restart, TaskObservation end, ImmutableArray<DateTimeOffset> ends, DateTimeOffset now) => restart switch
    {
        null or { Condition: RestartCondition.None } => null,
        { Condition: RestartCondition.OnFailure } when end.State == TaskState.Complete => null,
        _ when end.State == TaskState.Shutdown || RestartRule.IsUsedUp(ends, restart, now) => null,
        _ => RestartRule.NotBefore(ends, restart, now) - now ?? TimeSpan.Zero,
    };
}
