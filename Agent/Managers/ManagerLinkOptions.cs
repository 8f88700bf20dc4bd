using System.Collections.Immutable;
using Warren.Clusters;
using Warren.Nodes;

namespace Warren.Agent.Managers;

/// <summary>Who this node is, to its managers.</summary>
public sealed record ManagerLinkOptions
{
    /// <summary>Its id, for good.</summary>
    public required NodeId Node { get; init; }

    /// <summary>What the machine is.</summary>
    public required NodeDescription Description { get; init; }

    /// <summary>Labels that it gets when it registers for the first time. Default: none.</summary>
    public ImmutableSortedDictionary<string, string> InitialLabels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The pause after a first failure to reach the managers. Default: 200 ms.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between tries. Default: 5 s.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a call may take before it counts as failed; a report that is stored late is repeated. Default: 5 s.</summary>
    public TimeSpan CallLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Hears with each heartbeat at which version whom the cluster trusts is. Default: nobody does.</summary>
    public Action<long>? TrustTold { get; init; }

    /// <summary>Hears which managers were revoked, also what it has heard before. Default: nobody does.</summary>
    public Action<RevokedManagers>? Revoked { get; init; }
}
