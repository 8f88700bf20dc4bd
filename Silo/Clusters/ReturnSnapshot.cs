using System.Collections.Immutable;
using Warren.Grains.Clusters;
using Warren.Nodes;

namespace Warren.Silo.Clusters;

/// <summary>All by which is decided whether a manager whose certificate has ended gives itself another one.</summary>
internal sealed record ReturnSnapshot
{
    /// <summary>The state of the cluster in the store.</summary>
    public required ClusterState State { get; init; }

    /// <summary>The cluster that the certificate names; null: it names none.</summary>
    public required string? Cluster { get; init; }

    /// <summary>The manager's node id.</summary>
    public required NodeId Node { get; init; }

    /// <summary>Its key, by <see cref="SigningRequests.DigestOf"/>.</summary>
    public required string Key { get; init; }

    /// <summary>Whether this manager has heard before that its certificate was revoked.</summary>
    public required bool HasHeardOfRevocation { get; init; }

    /// <summary>The other managers that were not told dead.</summary>
    public required ImmutableArray<MemberSign> Others { get; init; }

    /// <summary>The time by this machine's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The time by the store's clock.</summary>
    public required DateTimeOffset StoreNow { get; init; }
}
