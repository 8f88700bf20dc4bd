namespace Warren.Nodes;

/// <summary>The answer to a heartbeat.</summary>
/// <param name="State">Whether the session goes on.</param>
/// <param name="AssignmentsVersion">The present version; an agent that has less has missed a push and asks.</param>
/// <param name="TrustVersion">The version of whom to trust; an agent that has another one asks by <see cref="INodeLink.ReportTrustAsync"/>. 0: there is nothing to ask for.</param>
[GenerateSerializer, Alias("warren.heartbeat-answer"), Immutable]
public readonly record struct HeartbeatAnswer([property: Id(0)] SessionState State, [property: Id(1)] long AssignmentsVersion, [property: Id(2)] long TrustVersion = 0);
