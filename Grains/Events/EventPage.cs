using System.Collections.Immutable;
using Warren.Events;

namespace Warren.Grains.Events;

/// <summary>What a reader gets.</summary>
/// <param name="Outcome">Whether it goes on where it was.</param>
/// <param name="Events">The next events; none unless it goes on.</param>
/// <param name="Next">The cursor to go on after. When it cannot go on: that of the event before the oldest one that is left.</param>
internal sealed record EventPage(EventReadOutcome Outcome, ImmutableArray<ClusterEvent> Events, long Next);
