using System.Collections.Immutable;
using Warren.Validation;

namespace Warren.Grains.Nodes;

/// <summary>How soon a node that is silent counts as unreachable, and as lost.</summary>
public sealed class LeaseOptions
{
    private static readonly TimeSpan s_longestCheck = TimeSpan.FromSeconds(1);

    private TimeSpan? _checkInterval;

    /// <summary>How often an agent sends a heartbeat; at least 100 ms. Default: 2 s.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// After so long without one the node gets no new tasks; nothing moves yet. At least twice <see cref="HeartbeatInterval"/>, so that
    /// one may
    /// be lost. Default: 6 s.
    /// </summary>
    public TimeSpan UnreachableAfter { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>
    /// After so long without one its tasks get replacements elsewhere. More than <see cref="UnreachableAfter"/> by at least
    /// <see cref="CheckInterval"/>. Default: 10 s.
    /// </summary>
    public TimeSpan LostAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often the manager makes sure that it is awake, and how late at most it finds a node silent; 50 ms to half of
    /// <see cref="HeartbeatInterval"/>. Silence counts only as far as the manager was awake to hear: of a longer gap no more than two intervals.
    /// Default: half of <see cref="HeartbeatInterval"/>, 1 s at most.
    /// </summary>
    public TimeSpan CheckInterval
    {
        get => _checkInterval ?? (HeartbeatInterval < s_longestCheck * 2 ? HeartbeatInterval / 2 : s_longestCheck);
        set => _checkInterval = value;
    }

    /// <summary>Returns within this time count as flapping; at least <see cref="LostAfter"/>. Default: 5 min.</summary>
    public TimeSpan FlapWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// From so many returns within the window on, a node must be steady before it is ready again; at least 1. Default: 3.
    /// </summary>
    public int FlapCount { get; set; } = 3;

    /// <summary>
    /// How long it must be heard without a break then; doubles with each further return. Zero: no damping. Default: 10 s.
    /// </summary>
    public TimeSpan SteadyTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest time that it must be steady; at least <see cref="SteadyTime"/>. Default: 2 min.</summary>
    public TimeSpan MaxSteadyTime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>All that is wrong with the settings; empty: nothing.</summary>
    public ImmutableArray<ValidationProblem> Validate()
    {
        var problems = ImmutableArray.CreateBuilder<ValidationProblem>();
        AtLeast(nameof(HeartbeatInterval), HeartbeatInterval, TimeSpan.FromMilliseconds(100));
        AtLeast(nameof(UnreachableAfter), UnreachableAfter, HeartbeatInterval * 2);
        AtLeast(nameof(LostAfter), LostAfter, UnreachableAfter + CheckInterval);
        AtLeast(nameof(CheckInterval), CheckInterval, TimeSpan.FromMilliseconds(50));
        if (CheckInterval > HeartbeatInterval / 2)
            problems.Add(new(nameof(CheckInterval), $"must be at most half of {nameof(HeartbeatInterval)}, {HeartbeatInterval / 2}, was {CheckInterval}"));
        AtLeast(nameof(FlapWindow), FlapWindow, LostAfter);
        if (FlapCount < 1) problems.Add(new(nameof(FlapCount), $"must be at least 1, was {FlapCount}"));
        AtLeast(nameof(SteadyTime), SteadyTime, TimeSpan.Zero);
        AtLeast(nameof(MaxSteadyTime), MaxSteadyTime, SteadyTime);
        return problems.DrainToImmutable();

        void AtLeast(string name, TimeSpan value, TimeSpan least)
        {
            if (value < least) problems.Add(new(name, $"must be at least {least}, was {value}"));
        }
    }
}
