using System.Collections.Immutable;
using System.Threading.Channels;
using Grpc.Core;
using Warren.Nodes;
using Warren.Questions;
using Warren.Silo.Api.Endpoints;
using Warren.Silo.Api.Errors;
using Warren.Silo.Api.Mapping;
using Warren.Silo.Api.Questions;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Images;

/// <summary>Asks several nodes about images, all at once.</summary>
internal sealed class ImageNodes(IGrainFactory grains, NodeLookup lookup, TimeProvider time)
{
    // An agent that gets or takes an image says something every 5 s; one that removes does not before its end.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(20), s_listLimit = TimeSpan.FromSeconds(10), s_pruneLimit = TimeSpan.FromMinutes(5);

    // So many steps wait for a caller, of all nodes.
    private const int Waiting = 64;

    private readonly NodeInquiry _inquiry = new(grains, time);

    /// <summary>The nodes that are meant, by id; all if none is named.</summary>
    /// <exception cref="NotFoundException">There is none of that name.</exception>
    public async Task<ImmutableArray<NodeRecord>> FindAsync(IReadOnlyCollection<string> named)
    {
        var all = await lookup.AllAsync();
        if (named.Count == 0) return [.. all.Values];
        var found = new SortedDictionary<NodeId, NodeRecord>();
        foreach (var name in named)
        {
            var id = await lookup.FindAsync(name);
            found[id] = all.TryGetValue(id, out var node) ? node : throw new NotFoundException($"there is no node {name}");
        }

        return [.. found.Values];
    }

    /// <summary>Their images, or those that a prune takes away.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="prune">The prune; null: all images.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<ImmutableArray<Proto.NodeImages>> ListAsync(ImmutableArray<NodeRecord> nodes, ImagePrune? prune, CancellationToken cancellation)
    {
        var question = prune is null ? new NodeQuestion { WantsImages = true } : new NodeQuestion { Prune = prune };
        return [.. await Task.WhenAll(nodes.Select(async node =>
        {
            var images = new Proto.NodeImages { Node = node.Id.Value, Name = node.Description.Name };
            await foreach (var answer in _inquiry.AskAsync(node.Id, question, prune is null ? s_listLimit : s_pruneLimit, cancellation))
            {
                images.Notice = answer.Problem ?? "";
                images.Images.Add(answer.Images?.Images.Select(ImageMap.Write) ?? []);
            }

            return images;
        }))];
    }

    /// <summary>Has them get or take images, and tells how far each is.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="question">What each is asked.</param>
    /// <param name="feeds">The archive for each; null: none is needed.</param>
    /// <param name="to">The caller.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="RpcException">Some have not got it; told when all have ended.</exception>
    public async Task FollowAsync(
        ImmutableArray<NodeRecord> nodes, NodeQuestion question, IReadOnlyDictionary<NodeId, ImportFeed>? feeds, IServerStreamWriter<Proto.ImageProgress> to, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var steps = Channel.CreateBounded<Proto.ImageProgress>(Waiting);
        var asking = EndAsync(steps.Writer, nodes.Select(node => FollowAsync(node, question, feeds?[node.Id], steps.Writer, ending.Token)));
        var failed = new List<string>();
        try
        {
            await foreach (var step in steps.Reader.ReadAllAsync(cancellation))
            {
                if (step.Stage == Proto.ImageStage.Failed) failed.Add($"{(step.Name.Length > 0 ? step.Name : step.Node)}: {step.Problem}");
                await to.WriteAsync(step, cancellation);
            }

            await asking;
        }
        finally
        {
            await ending.CancelAsync();
            await asking.ContinueWith(static done => done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        if (failed.Count > 0) throw ApiErrors.OnNodes($"{failed.Count} of {nodes.Length} nodes have failed: {string.Join("; ", failed)}");
    }

    private static async Task EndAsync(ChannelWriter<Proto.ImageProgress> steps, IEnumerable<Task> asking)
    {
        try
        {
            await Task.WhenAll(asking);
            steps.TryComplete();
        }
        catch (Exception failure)
        {
            steps.TryComplete(failure);
        }
    }

    private async Task FollowAsync(NodeRecord node, NodeQuestion question, ImportFeed? feed, ChannelWriter<Proto.ImageProgress> steps, CancellationToken cancellation)
    {
        try
        {
            await foreach (var answer in _inquiry.AskAsync(node.Id, question, s_silence, cancellation, feed)) await steps.WriteAsync(ImageMap.Write(node, answer), cancellation);
        }
        finally
        {
            // It takes no more of the archive, and holds up nobody else.
            feed?.Close();
        }
    }
}
