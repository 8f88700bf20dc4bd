using System.Globalization;
using Warren.Nodes;

namespace Warren.Grains.Nodes;

/// <summary>
/// Whether a node is ready, unreachable or lost. What counts is not how long ago the last heartbeat was, but for how long the manager could
/// have heard one: a manager that slept, was restarted or had its clock put forward gives up nobody for it. The picture is in
/// docs/node-lease.md.
/// </summary>
internal static class NodeLease
{
    /// <summary>Returns of which more make no difference.</summary>
    private const int MaxReturns = 16;

    /// <summary>The lease of a new activation: what was stored holds, and the node has all of its time to be heard.</summary>
    public static LeaseState Begin(NodeStatus stored, LeaseMoment moment) => new() { Status = stored, HeardAt = moment.Elapsed };

    /// <summary>An agent registers; the sessions before are over.</summary>
    /// <remarks><paramref name="session"/> is stored and grows with each registration of the node.</remarks>
    public static LeaseStep Register(LeaseState state, long session, LeaseOptions options, LeaseMoment moment) =>
        session < state.Session ? new(state, LeaseOutcome.Superseded) : Hear(state with { Session = session }, options, moment);

    /// <summary>A heartbeat has come.</summary>
    public static LeaseStep Heartbeat(LeaseState state, long session, LeaseOptions options, LeaseMoment moment) => session switch
    {
        _ when session < state.Session => new(state, LeaseOutcome.Superseded),

        // A new activation learns the session of an agent that registered with the one before.
        _ when session > state.Session && state.Session != 0 => new(state, LeaseOutcome.RegisterFirst),
        <= 0 => new(state, LeaseOutcome.RegisterFirst),
        _ => Hear(state with { Session = session }, options, moment),
    };

    /// <summary>The manager looks at the time.</summary>
    public static LeaseStep Look(LeaseState state, LeaseOptions options, LeaseMoment moment)
    {
        var silence = moment.Elapsed - state.HeardAt;
        var condition = silence >= options.LostAfter ? NodeCondition.Lost
            : silence >= options.UnreachableAfter ? NodeCondition.Unreachable
            : NodeCondition.Ready;

        // Silence only makes it worse; better it gets by being heard.
        if (condition <= state.Status.Condition) return new(state, LeaseOutcome.Taken);
        var reason = string.Create(CultureInfo.InvariantCulture, $"not heard of for {silence.TotalSeconds:0.#} s");
        return Change(state with { HeldSince = null }, condition, reason, moment);
    }

    /// <summary>How long a look has time that would find something if the node stays silent; null: it would find nothing more.</summary>
    public static TimeSpan? NextLookAfter(LeaseState state, LeaseOptions options, LeaseMoment moment)
    {
        if (state.Status.Condition == NodeCondition.Lost) return null;
        var limit = state.Status.Condition == NodeCondition.Ready ? options.UnreachableAfter : options.LostAfter;
        return Later(TimeSpan.Zero, state.HeardAt + limit - moment.Elapsed);
    }

    /// <summary>How long a node that returned must be steady before it is ready.</summary>
    public static TimeSpan SteadyTimeAfter(int returns, LeaseOptions options)
    {
        if (returns < options.FlapCount) return TimeSpan.Zero;
        var time = options.SteadyTime * Math.Pow(2, Math.Min(returns - options.FlapCount, MaxReturns));
        return time < options.MaxSteadyTime ? time : options.MaxSteadyTime;
    }

    private static LeaseStep Hear(LeaseState state, LeaseOptions options, LeaseMoment moment)
    {
        var heard = state with
        {
            HeardAt = moment.Elapsed,
            Status = state.Status with { LastHeardAt = moment.Now },
        };
        if (heard.Status.Condition == NodeCondition.Ready) return new(heard, LeaseOutcome.Taken);

        var isReturn = heard.HeldSince is null;
        if (isReturn)
        {
            var returns = heard.Returns.Where(time => moment.Elapsed - time <= options.FlapWindow).TakeLast(MaxReturns - 1);
            heard = heard with { HeldSince = moment.Elapsed, Returns = [.. returns, moment.Elapsed] };
        }

        var needed = SteadyTimeAfter(heard.Returns.Length, options);
        if (moment.Elapsed - heard.HeldSince >= needed) return Change(heard with { HeldSince = null }, NodeCondition.Ready, "heard of again", moment);
        if (!isReturn) return new(heard, LeaseOutcome.Taken);
        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"heard of again for the {heard.Returns.Length}. time in {options.FlapWindow.TotalSeconds:0} s; "
            + $"ready after {needed.TotalSeconds:0} s without a break");
        return Change(heard, NodeCondition.Unreachable, reason, moment);
    }

    private static LeaseStep Change(LeaseState state, NodeCondition condition, string reason, LeaseMoment moment)
    {
        var since = state.Status.Condition == condition ? state.Status.Since : moment.Now;
        return new(state with { Status = state.Status with { Condition = condition, Since = since, Reason = reason } }, LeaseOutcome.Taken)
        {
            IsConditionChange = true,
        };
    }

    private static TimeSpan Later(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
