using System.Collections.Immutable;

namespace Warren.Grains.Jobs;

/// <summary>A schedule after a step.</summary>
/// <param name="State">Where it stands, the same object if nothing changed.</param>
internal sealed record CronStep(CronState State)
{
    /// <summary>The times whose runs begin now.</summary>
    public ImmutableArray<DateTimeOffset> Start { get; init; } = [];

    /// <summary>The times whose runs are left out, with why; of a great many only the latest.</summary>
    public ImmutableArray<(DateTimeOffset At, string Reason)> LeftOut { get; init; } = [];

    /// <summary>Why the runs that go on are stopped. Null: they are not.</summary>
    public string? StopActive { get; init; }

    /// <summary>The next time of the schedule. Null: there is none, or it is suspended.</summary>
    public DateTimeOffset? NextAt { get; init; }
}
