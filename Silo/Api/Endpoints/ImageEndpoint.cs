using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Grpc.Core;
using Warren.Containers;
using Warren.Questions;
using Warren.Silo.Api.Hosting;
using Warren.Silo.Api.Images;
using Warren.Silo.Api.Mapping;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>Images of nodes, for callers.</summary>
internal sealed class ImageEndpoint(IGrainFactory grains, NodeLookup lookup, TimeProvider time, ApiLifetime lifetime) : Proto.ImageApi.ImageApiBase
{
    private const int MaxPiece = 1024 * 1024;

    private readonly ImageNodes _nodes = new(grains, lookup, time);

    public override async Task<Proto.ListImagesResponse> List(Proto.ListImagesRequest request, ServerCallContext context) =>
        new() { Nodes = { await _nodes.ListAsync(await _nodes.FindAsync(request.Nodes), null, context.CancellationToken) } };

    public override async Task<Proto.PruneImagesResponse> Prune(Proto.PruneImagesRequest request, ServerCallContext context)
    {
        var pruned = await _nodes.ListAsync(await _nodes.FindAsync(request.Nodes), new() { IsDryRun = request.DryRun }, context.CancellationToken);

        // Several names of one image have one size.
        var bytes = pruned.Sum(node => node.Images.GroupBy(image => image.Digest).Sum(image => image.First().Size));
        return new() { Nodes = { pruned }, Bytes = bytes };
    }

    public override async Task Pull(Proto.PullImageRequest request, IServerStreamWriter<Proto.ImageProgress> responseStream, ServerCallContext context)
    {
        var problems = new FieldProblems();
        Check(problems, "image", request.Image);
        problems.ThrowIfAny("the request");
        var nodes = await _nodes.FindAsync(request.Nodes);
        using var ending = new CallEnding(context, lifetime);
        try
        {
            await _nodes.FollowAsync(nodes, new() { Pull = new() { Image = request.Image } }, null, responseStream, ending.Token);
        }
        catch (OperationCanceledException) when (ending.Status is not null)
        {
            throw ending.Status;
        }
    }

    public override async Task Import(
        IAsyncStreamReader<Proto.ImportImageRequest> requestStream, IServerStreamWriter<Proto.ImageProgress> responseStream, ServerCallContext context)
    {
        using var ending = new CallEnding(context, lifetime);
        try
        {
            var start = Start(await requestStream.MoveNext(ending.Token) ? requestStream.Current : null);
            var nodes = await _nodes.FindAsync(start.Nodes);
            var feeds = nodes.ToImmutableDictionary(node => node.Id, _ => new ImportFeed(time));
            var sending = SendAsync(requestStream, feeds.Values, ending.Source);
            try
            {
                await _nodes.FollowAsync(nodes, new() { Import = new() { Name = start.HasName ? start.Name : null } }, feeds, responseStream, ending.Token);
            }
            finally
            {
                await ending.Source.CancelAsync();
                await sending.ContinueWith(static done => done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

                // What was sent wrongly is the cause, and what the nodes made of it is not.
                if (sending.Exception?.InnerException is ValidationException wrong) ExceptionDispatchInfo.Throw(wrong);
            }
        }
        catch (OperationCanceledException) when (ending.Status is not null)
        {
            throw ending.Status;
        }
    }

    private static Proto.ImportStart Start(Proto.ImportImageRequest? first)
    {
        var problems = new FieldProblems();
        if (first?.Start is null) problems.Add("start", "the first message must have it");
        else if (first.Start.HasName) Check(problems, "start.name", first.Start.Name);
        problems.ThrowIfAny("the request");
        return first!.Start;
    }

    // As fast as the slowest node takes it.
    private static async Task SendAsync(IAsyncStreamReader<Proto.ImportImageRequest> from, IEnumerable<ImportFeed> feeds, CancellationTokenSource ending)
    {
        try
        {
            while (await from.MoveNext(ending.Token))
            {
                var problems = new FieldProblems();
                if (from.Current.KindCase != Proto.ImportImageRequest.KindOneofCase.Data) problems.Add("data", "every message but the first must have it");
                else if (from.Current.Data.Length > MaxPiece) problems.Add("data", $"must have at most {MaxPiece} bytes, had {from.Current.Data.Length}");
                problems.ThrowIfAny("the request");
                var piece = new NodeData { Data = from.Current.Data.Memory };
                if (!piece.Data.IsEmpty) await Task.WhenAll(feeds.Select(feed => feed.WriteAsync(piece, ending.Token)));
            }

            await Task.WhenAll(feeds.Select(feed => feed.WriteAsync(new() { IsEnd = true }, ending.Token)));
        }
        catch
        {
            // The nodes hear that it is not whole.
            foreach (var feed in feeds) feed.Close();
            await ending.CancelAsync();
            throw;
        }
    }

    private static void Check(FieldProblems problems, string field, string image)
    {
        if (!ImageReference.TryParse(image, out _, out var problem)) problems.Add(field, problem);
    }
}
