using Warren.Containers;

namespace Warren.Agent.Health;

/// <summary>
/// When a probe asks and what its answers mean. Pure.
/// <code>
/// Starting  -- success -----------------------> Healthy
/// Starting  -- retries failures in a row -----> Unhealthy    (those within the start period do not count)
/// Healthy   -- retries failures in a row -----> Unhealthy
/// Unhealthy -- success -----------------------> Healthy
/// </code>
/// </summary>
internal static class HealthMachine
{
    /// <summary>How often a container is asked that may still be starting.</summary>
    public static readonly TimeSpan StartInterval = TimeSpan.FromSeconds(1);

    /// <param name="spec">The probe.</param>
    /// <param name="startedAt">When the container began to run.</param>
    /// <param name="now">The present.</param>
    /// <param name="spread">A number from 0 to 1, different for each probe, so that many do not ask at once.</param>
    /// <param name="known">The status that an agent before this one had found, for a container that runs since then.</param>
    public static HealthState Start(ProbeSpec spec, DateTimeOffset startedAt, DateTimeOffset now, double spread, HealthStatus known = HealthStatus.Starting) =>
        new(known, known == HealthStatus.Unhealthy ? spec.Retries : 0, startedAt, now + Shorter(spec.Interval, StartInterval) * spread, false, null);

    /// <summary>How long to wait for a check: none is put off by more than an interval, so one that seems to be is due, and the clock was set back.</summary>
    public static TimeSpan PauseBefore(DateTimeOffset check, ProbeSpec spec, DateTimeOffset now) =>
        check - now <= spec.Interval ? check - now : TimeSpan.Zero;

    /// <summary>An input that does not fit the state changes nothing.</summary>
    public static HealthStep Step(ProbeSpec spec, HealthState state, HealthInput input, DateTimeOffset now) => input switch
    {
        HealthInput.Begun when !state.IsChecking && PauseBefore(state.NextCheck, spec, now) <= TimeSpan.Zero => new(state with { IsChecking = true, NextCheck = now }),
        HealthInput.Answered answered when state.IsChecking => Answer(spec, state, answered.Outcome, now),
        _ => new(state),
    };

    private static HealthStep Answer(ProbeSpec spec, HealthState state, ProbeOutcome outcome, DateTimeOffset now)
    {
        var mayStart = state.Status == HealthStatus.Starting && now < state.StartedAt + spec.StartPeriod;
        var failures = (outcome, mayStart) switch
        {
            ({ IsSuccess: true }, _) => 0,
            ({ IsConclusive: false }, _) or (_, true) => state.Failures,
            _ => Math.Min(state.Failures + 1, spec.Retries),
        };
        var status = outcome.IsSuccess ? HealthStatus.Healthy : failures >= spec.Retries ? HealthStatus.Unhealthy : state.Status;
        var pause = mayStart && !outcome.IsSuccess ? Shorter(spec.Interval, StartInterval) : spec.Interval;
        var after = state with { Status = status, Failures = failures, IsChecking = false, Last = outcome, NextCheck = now + pause };
        if (status == state.Status) return new(after);
        return new(after, outcome.IsSuccess ? outcome.Detail : $"{failures} checks in a row failed, the last: {outcome.Detail}");
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
