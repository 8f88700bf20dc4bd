using Warren.Nodes;

namespace Warren.Grains.Scheduling;

/// <summary>A placement that was sent to a node and not answered yet.</summary>
/// <param name="Node">The node.</param>
/// <param name="Reservation">What it was asked for.</param>
internal sealed record InFlightPlacement(NodeId Node, NodeReservation Reservation);
