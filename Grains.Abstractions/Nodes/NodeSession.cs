using Warren.Clusters;

namespace Warren.Nodes;

/// <summary>The answer to a registration.</summary>
[GenerateSerializer, Alias("warren.node-session"), Immutable]
public sealed record NodeSession
{
    /// <summary>Grows with each registration of the node.</summary>
    [Id(0)]
    public required long Session { get; init; }

    /// <summary>How often the agent is to send a heartbeat.</summary>
    [Id(1)]
    public required TimeSpan HeartbeatInterval { get; init; }

    /// <summary>What the agent has to hear since the version that it named.</summary>
    [Id(2)]
    public required AssignmentMessage Assignments { get; init; }

    /// <summary>The managers to which the agent connects no more. Null: the manager does not say.</summary>
    [Id(3)]
    public RevokedManagers? Revoked { get; init; }
}
