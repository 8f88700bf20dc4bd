using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Warren.Nodes;
using Warren.Services;
using Warren.Silo.Api.Hosting;
using Warren.Silo.Api.Mapping;
using Warren.Silo.Api.Stats;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>What nodes and tasks use, for callers.</summary>
internal sealed class StatsEndpoint(IGrainFactory grains, NodeLookup nodes, TimeProvider time, ApiLifetime lifetime) : Proto.StatsApi.StatsApiBase
{
    private static readonly TimeSpan s_once = TimeSpan.FromSeconds(1), s_interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(500), s_most = TimeSpan.FromMinutes(5);
    private static readonly StatsOptions s_options = new();

    public override async Task<Proto.Stats> Get(Proto.GetStatsRequest request, ServerCallContext context)
    {
        var scope = await ReadAsync(request.HasService ? request.Service : null, request.HasNode ? request.Node : null, request.NodesOnly, s_once);
        await using var feed = new StatsFeed(scope, grains, nodes, s_options, time);
        return await feed.ReadAsync(context.CancellationToken);
    }

    public override async Task Stream(Proto.StreamStatsRequest request, IServerStreamWriter<Proto.Stats> responseStream, ServerCallContext context)
    {
        var interval = Interval(request.Interval);
        var scope = await ReadAsync(request.HasService ? request.Service : null, request.HasNode ? request.Node : null, request.NodesOnly, interval);
        using var ending = new CallEnding(context, lifetime);
        await using var feed = new StatsFeed(scope, grains, nodes, s_options, time);
        try
        {
            using var ticks = new PeriodicTimer(interval, time);
            do
            {
                await responseStream.WriteAsync(await feed.ReadAsync(ending.Token), ending.Token);
            }
            while (await ticks.WaitForNextTickAsync(ending.Token));
        }
        catch (OperationCanceledException) when (ending.Status is not null)
        {
            throw ending.Status;
        }
    }

    private static TimeSpan Interval(Duration? wanted)
    {
        var interval = wanted?.ToTimeSpan() ?? s_interval;
        if (interval >= s_least && interval <= s_most) return interval;
        var problems = new FieldProblems();
        problems.Add("interval", $"must be from 500ms to 5m, was {interval}");
        problems.ThrowIfAny("the request");
        return interval;
    }

    private async Task<StatsScope> ReadAsync(string? service, string? node, bool nodesOnly, TimeSpan interval)
    {
        var name = service is null ? default(ServiceName?) : Names.Service(service);
        var place = node is null ? default(NodeId?) : await nodes.FindAsync(node);
        return new(name, place, !nodesOnly, interval);
    }
}
