namespace Warren.Grains.Services;

/// <summary>Settings of the decisions about services.</summary>
internal sealed record ReconcileOptions
{
    /// <summary>Five finished tasks a slot, a second of grace.</summary>
    public static ReconcileOptions Default { get; } = new();

    /// <summary>How many finished tasks of each slot are kept to be looked at, with their logs; at least 1. Default: 5.</summary>
    public int FinishedPerSlot { get; init; } = 5;

    /// <summary>
    /// The traffic grace of a service that has ports and does not say, see <see cref="Warren.Services.ServiceSpec.TrafficGrace"/>. It
    /// must outlast the way of a
    /// route to every node. Default: 1 s.
    /// </summary>
    public TimeSpan TrafficGrace { get; init; } = TimeSpan.FromSeconds(1);
}
