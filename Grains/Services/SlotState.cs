using System.Collections.Immutable;

namespace Warren.Grains.Services;

/// <summary>What is remembered of a slot while tasks come and go in it.</summary>
internal sealed record SlotState
{
    /// <summary>
    /// The version whose tasks the slot has, as <see cref="Warren.Services.ServiceRevision.TaskVersion"/> counts; a rollout that has
    /// reached the slot raises it.
    /// </summary>
    public required long Version { get; init; }

    /// <summary>
    /// When tasks of the slot ended without being told to, by the manager's clock, oldest first: what the restart delay grows by.
    /// </summary>
    public ImmutableArray<DateTimeOffset> Ends { get; init; } = [];

    /// <summary>Why the slot gets no further task until the spec changes. Null: it does.</summary>
    public GivenUp? GivenUp { get; init; }

    /// <summary>The generation of a task that shall leave its node. Null: none.</summary>
    public int? Evicted { get; init; }
}
