using System.Collections.Immutable;
using Warren.Events;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>
/// What the grain of a service stores in one write: the state, and what others have yet to hear of the last steps, so that a crash loses none of it.
/// What they have heard is left out of the next write.
/// </summary>
internal sealed record ServiceRecord
{
    /// <summary>The service. Null: there never was one of the name.</summary>
    public ServiceState? State { get; init; }

    /// <summary>The version that the spec had last; kept when the service is removed, so that a new one of the name goes on counting.</summary>
    public long LastVersion { get; init; }

    /// <summary>Events for the log; one that it has already does nothing there.</summary>
    public ImmutableArray<ClusterEvent> Unsent { get; init; } = [];

    /// <summary>Tasks whose grains have to forget them.</summary>
    public ImmutableArray<TaskId> Forgotten { get; init; } = [];

    /// <summary>The versions of the secrets and configs that the current version of the spec was made with, by <see cref="ObjectNames.Of"/>.</summary>
    public ImmutableSortedDictionary<string, long> Objects { get; init; } = ImmutableSortedDictionary<string, long>.Empty;
}
