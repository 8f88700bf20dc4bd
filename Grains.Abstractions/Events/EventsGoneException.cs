namespace Warren.Events;

/// <summary>A reader of events cannot go on where it was: it looks at the state itself, then goes on after <see cref="Oldest"/>.</summary>
[GenerateSerializer, Alias("warren.events-gone"), Immutable]
public sealed class EventsGoneException : Exception
{
    /// <summary>For a cursor that cannot be gone on after.</summary>
    public EventsGoneException(long cursor, long oldest)
        : base($"the events after {cursor} are not kept any more; look at the state, then go on after {oldest}") => Oldest = oldest;

    /// <summary>The cursor before the oldest event that is left.</summary>
    [Id(0)]
    public long Oldest { get; }
}
