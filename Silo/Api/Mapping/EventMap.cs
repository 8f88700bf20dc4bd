using Google.Protobuf.WellKnownTypes;
using Warren.Events;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>Events, to the API.</summary>
internal static class EventMap
{
    /// <summary>Writes all of it.</summary>
    public static Proto.Event Write(ClusterEvent from)
    {
        var to = new Proto.Event
        {
            Cursor = from.Cursor,
            At = from.At.ToTimestamp(),
            SubjectKind = EnumMap.To<SubjectKind, Proto.SubjectKind>(from.Subject.Kind),
            Subject = from.Subject.Id,
            Kind = EnumMap.To<EventKind, Proto.EventKind>(from.Kind),
            From = from.From,
            To = from.To,
            Reason = from.Reason,
        };
        if (from.Service is { } service) to.Service = service.Value;
        if (from.Node is { } node) to.Node = node.Value;
        return to;
    }
}
