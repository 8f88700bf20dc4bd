namespace Warren.Nodes;

/// <summary>The answer to a heartbeat.</summary>
/// <param name="State">Whether the session goes on.</param>
/// <param name="AssignmentsVersion">The present version; an agent that has less has missed a push and asks.</param>
[GenerateSerializer, Alias("warren.heartbeat-answer"), Immutable]
public readonly record struct HeartbeatAnswer([property: Id(0)] SessionState State, [property: Id(1)] long AssignmentsVersion);
