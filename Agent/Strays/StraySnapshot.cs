using System.Collections.Immutable;
using Warren.Agent.Runtime;

namespace Warren.Agent.Strays;

/// <summary>All that decides what becomes of containers that no agent made.</summary>
internal sealed record StraySnapshot
{
    /// <summary>What the runtime lists.</summary>
    public required ImmutableArray<ContainerStatus> Containers { get; init; }

    /// <summary>Since when each stray is known.</summary>
    public required ImmutableDictionary<ContainerId, DateTimeOffset> StraySince { get; init; }

    /// <summary>How long a stray is left alone.</summary>
    public required TimeSpan GracePeriod { get; init; }

    /// <summary>The time.</summary>
    public required DateTimeOffset Now { get; init; }
}
