using System.Globalization;
using Grpc.Core;
using Warren.Events;
using Warren.Silo.Api.Hosting;
using Warren.Silo.Api.Mapping;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>Events, for callers.</summary>
internal sealed class EventEndpoint(IGrainFactory grains, TimeProvider time, ApiLifetime lifetime) : Proto.EventApi.EventApiBase
{
    private const int Batch = 500;
    private const string CursorHeader = "warren-cursor";

    private IEventLogGrain Log => grains.GetGrain<IEventLogGrain>(IEventLogGrain.Key);

    public override async Task Read(Proto.ReadEventsRequest request, IServerStreamWriter<Proto.Event> responseStream, ServerCallContext context)
    {
        var filter = new EventFilter(request);
        using var ending = new CallEnding(context, lifetime);
        try
        {
            // So that the caller knows that it follows, and from where, however long nothing happens.
            var cursor = await BeginAsync(request);
            await context.WriteResponseHeadersAsync(new Metadata { { CursorHeader, cursor.ToString(CultureInfo.InvariantCulture) } });
            await foreach (var happened in request.Follow ? new EventFollower(Log, time).FollowAsync(cursor, ending.Token) : KeptAsync(cursor))
            {
                if (filter.Matches(happened)) await responseStream.WriteAsync(EventMap.Write(happened), ending.Token);
            }
        }
        catch (OperationCanceledException) when (ending.Status is not null)
        {
            throw ending.Status;
        }
    }

    private async Task<long> BeginAsync(Proto.ReadEventsRequest request) => request switch
    {
        { HasCursor: true, Cursor: < 0 } => throw new ValidationException("the request", [new("cursor", $"must be 0 or that of an event, was {request.Cursor}")]),
        { HasCursor: true } => request.Cursor,
        { Follow: true } => await Log.GetLastAsync(),
        _ => throw new ValidationException("the request", [new("cursor", "must be given without follow; 0: from the oldest event that is kept")]),
    };

    private async IAsyncEnumerable<ClusterEvent> KeptAsync(long cursor)
    {
        while (await Log.ReadAsync(cursor, Batch) is { IsEmpty: false } some)
        {
            foreach (var happened in some) yield return happened;
            cursor = some[^1].Cursor;
        }
    }
}
