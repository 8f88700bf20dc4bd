using Grpc.Core;
using Warren.Events;
using Warren.Silo.Api.Hosting;
using Warren.Silo.Api.Mapping;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>Events, for callers.</summary>
internal sealed class EventEndpoint(IGrainFactory grains, ApiLifetime lifetime) : Proto.EventApi.EventApiBase
{
    private const int Batch = 500;

    private IEventLogGrain Log => grains.GetGrain<IEventLogGrain>(IEventLogGrain.Key);

    public override async Task Read(Proto.ReadEventsRequest request, IServerStreamWriter<Proto.Event> responseStream, ServerCallContext context)
    {
        var filter = new EventFilter(request);
        using var ending = new CallEnding(context, lifetime);
        try
        {
            // So that the caller knows that it follows, however long nothing happens.
            await context.WriteResponseHeadersAsync([]);
            await foreach (var happened in EventsAsync(request, ending.Token))
            {
                if (filter.Matches(happened)) await responseStream.WriteAsync(EventMap.Write(happened), ending.Token);
            }
        }
        catch (OperationCanceledException) when (ending.Status is not null)
        {
            throw ending.Status;
        }
    }

    private IAsyncEnumerable<ClusterEvent> EventsAsync(Proto.ReadEventsRequest request, CancellationToken ending)
    {
        long? cursor = request.HasCursor ? request.Cursor : null;
        if (cursor < 0) throw new ValidationException("the request", [new("cursor", $"must be 0 or that of an event, was {cursor}")]);
        if (request.Follow) return Log.FollowAsync(cursor, ending);
        return cursor is { } from
            ? KeptAsync(from)
            : throw new ValidationException("the request", [new("cursor", "must be given without follow; 0: from the oldest event that is kept")]);
    }

    private async IAsyncEnumerable<ClusterEvent> KeptAsync(long cursor)
    {
        while (await Log.ReadAsync(cursor, Batch) is { IsEmpty: false } some)
        {
            foreach (var happened in some) yield return happened;
            cursor = some[^1].Cursor;
        }
    }
}
