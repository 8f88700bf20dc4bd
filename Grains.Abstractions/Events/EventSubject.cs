namespace Warren.Events;

/// <summary>What an event is about.</summary>
/// <param name="Kind">The kind of object.</param>
/// <param name="Id">Its name or id, in text.</param>
[GenerateSerializer, Alias("warren.event-subject"), Immutable]
public readonly record struct EventSubject(SubjectKind Kind, string Id);
