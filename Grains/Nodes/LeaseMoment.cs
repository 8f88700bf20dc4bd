namespace Warren.Grains.Nodes;

/// <summary>A moment, by both of the manager's clocks.</summary>
/// <param name="Elapsed">By the <see cref="AwakeClock"/>; decisions are taken by it.</param>
/// <param name="Now">By the clock on the wall, for people.</param>
internal readonly record struct LeaseMoment(TimeSpan Elapsed, DateTimeOffset Now);
