using System.CommandLine;
using Warren.Grains.Nodes;

namespace Warren.Daemon;

/// <summary>The options of <see cref="LeaseOptions"/>, each under the name of its property. Times are hours:minutes:seconds.</summary>
internal sealed class LeaseSettings
{
    private static readonly LeaseOptions s_standard = new();

    private readonly Option<TimeSpan> _heartbeat = Time("--heartbeat-interval", "How often an agent says that it lives.", s_standard.HeartbeatInterval);

    private readonly Option<TimeSpan> _unreachable = Time(
        "--unreachable-after", "After so much silence a node gets no new tasks; nothing moves yet.", s_standard.UnreachableAfter);

    private readonly Option<TimeSpan> _lost = Time("--lost-after", "After so much silence its tasks get replacements elsewhere.", s_standard.LostAfter);

    private readonly Option<TimeSpan?> _check = new("--check-interval")
    {
        Description = "How often the manager looks for silent nodes. As hours:minutes:seconds. [default: half of the heartbeat interval, 1 s at most]",
    };

    private readonly Option<TimeSpan> _window = Time("--flap-window", "Returns of a node within this time count together.", s_standard.FlapWindow);

    private readonly Option<int> _count = new("--flap-count")
    {
        Description = "From so many returns on a node must be steady before it is ready again.",
        DefaultValueFactory = _ => s_standard.FlapCount,
    };

    private readonly Option<TimeSpan> _steady = Time(
        "--steady-time", "How long it must be heard without a break then; doubles with each further return; 0: not at all.", s_standard.SteadyTime);

    private readonly Option<TimeSpan> _maxSteady = Time("--max-steady-time", "The longest time that it must be steady.", s_standard.MaxSteadyTime);

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _heartbeat, _unreachable, _lost, _check, _window, _count, _steady, _maxSteady }) command.Add(option);
    }

    /// <summary>What was given, or the defaults.</summary>
    public LeaseOptions Get(ParseResult parsed)
    {
        var options = new LeaseOptions
        {
            HeartbeatInterval = parsed.GetValue(_heartbeat),
            UnreachableAfter = parsed.GetValue(_unreachable),
            LostAfter = parsed.GetValue(_lost),
            FlapWindow = parsed.GetValue(_window),
            FlapCount = parsed.GetValue(_count),
            SteadyTime = parsed.GetValue(_steady),
            MaxSteadyTime = parsed.GetValue(_maxSteady),
        };
        if (parsed.GetValue(_check) is { } interval) options.CheckInterval = interval;
        return options;
    }

    private static Option<TimeSpan> Time(string name, string description, TimeSpan standard) =>
        new(name) { Description = description + " As hours:minutes:seconds.", DefaultValueFactory = _ => standard };
}
