using Warren.Nodes;

namespace Warren.Grains.Nodes;

/// <summary>A node's answer to a reservation.</summary>
/// <param name="Outcome">The answer.</param>
/// <param name="Node">The node with the reservation, if it was admitted; otherwise as it was.</param>
/// <param name="Reason">Why it was refused; empty when it was not.</param>
internal sealed record Admission(AdmissionOutcome Outcome, NodeRecord Node, string Reason = "");
