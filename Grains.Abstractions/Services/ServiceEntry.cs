namespace Warren.Services;

/// <summary>A service in the list of them.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FollowsNodes">Whether it wants to hear of every node: it is global, or is spread anew when one joins.</param>
[GenerateSerializer, Alias("warren.service-entry"), Immutable]
public readonly record struct ServiceEntry([property: Id(0)] ServiceName Name, [property: Id(1)] bool FollowsNodes);
