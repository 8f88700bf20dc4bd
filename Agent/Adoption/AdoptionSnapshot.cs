using System.Collections.Immutable;
using Warren.Agent.Runtime;

namespace Warren.Agent.Adoption;

/// <summary>All that decides which containers the agent takes over as its own.</summary>
internal sealed record AdoptionSnapshot
{
    /// <summary>What the runtime lists.</summary>
    public required ImmutableArray<ContainerStatus> Containers { get; init; }

    /// <summary>The spec hash of each container that is ordered; null while nobody has said yet what is.</summary>
    public required ImmutableDictionary<ContainerId, string>? Ordered { get; init; }

    /// <summary>Since when each stray is known.</summary>
    public required ImmutableDictionary<ContainerId, DateTimeOffset> StraySince { get; init; }

    /// <summary>How long a stray is left alone.</summary>
    public required TimeSpan GracePeriod { get; init; }

    /// <summary>The time.</summary>
    public required DateTimeOffset Now { get; init; }
}
