using Google.Protobuf;
using Grpc.Core;
using Warren.Nodes;
using Warren.Silo.Api.Lists;
using Warren.Silo.Api.Mapping;
using Warren.Silo.Api.Writes;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>Nodes, for callers.</summary>
internal sealed class NodeEndpoint(IGrainFactory grains, NodeLookup nodes, WriteLedger writes) : Proto.NodeApi.NodeApiBase
{
    public override async Task<Proto.Node> Get(Proto.GetNodeRequest request, ServerCallContext context) =>
        NodeMap.Write(await ReadAsync(await nodes.FindAsync(request.Node)));

    public override async Task<Proto.ListNodesResponse> List(Proto.ListNodesRequest request, ServerCallContext context)
    {
        var (page, labels) = (PageRequest.Of(request.Page), LabelSelector.Parse(request.LabelSelector));
        var ids = (await nodes.AllAsync()).Keys.Select(id => id.Value).Order(StringComparer.Ordinal).ToList();
        var (found, next) = await Pager.FillAsync(
            ids, page, id => grains.GetGrain<INodeGrain>(id).GetAsync(), node => labels.Matches(node.Spec.Labels));
        return new() { Nodes = { found.Select(node => NodeMap.Write(node with { Images = [] })) }, NextPageToken = next };
    }

    public override Task<Proto.Node> Label(Proto.LabelNodeRequest request, ServerCallContext context) =>
        ChangeAsync(request.Node, request.Options, context, request, spec => spec with
        {
            Labels = spec.Labels.RemoveRange(request.Remove).SetItems(request.Set),
        });

    public override Task<Proto.Node> Cordon(Proto.CordonNodeRequest request, ServerCallContext context) =>
        ChangeAsync(request.Node, request.Options, context, request, spec => spec with { Availability = NodeAvailability.Cordoned });

    public override Task<Proto.Node> Drain(Proto.DrainNodeRequest request, ServerCallContext context) =>
        ChangeAsync(request.Node, request.Options, context, request, spec => spec with { Availability = NodeAvailability.Drained });

    public override Task<Proto.Node> Activate(Proto.ActivateNodeRequest request, ServerCallContext context) =>
        ChangeAsync(request.Node, request.Options, context, request, spec => spec with { Availability = NodeAvailability.Active });

    public override Task<Proto.RemoveNodeResponse> Remove(Proto.RemoveNodeRequest request, ServerCallContext context) =>
        writes.RunAsync(request.Options, context.Method, request, async () =>
        {
            var id = await nodes.FindAsync(request.Node);
            await grains.GetGrain<INodeGrain>(id.Value).RemoveAsync(request.Force, Expectation.Of(request.Options));
            return new Proto.RemoveNodeResponse();
        });

    private Task<Proto.Node> ChangeAsync(
        string node, Proto.WriteOptions? options, ServerCallContext context, IMessage request, Func<NodeSpec, NodeSpec> change) =>
        writes.RunAsync(options, context.Method, request, async () =>
        {
            var id = await nodes.FindAsync(node);
            return NodeMap.Write(await Expectation.ChangeAsync(
                options, () => ReadAsync(id), record => record.SpecVersion,
                (record, version) => grains.GetGrain<INodeGrain>(id.Value).UpdateAsync(change(record.Spec), version)));
        });

    private async Task<NodeRecord> ReadAsync(NodeId id) =>
        await grains.GetGrain<INodeGrain>(id.Value).GetAsync() ?? throw new NotFoundException($"there is no node {id}");
}
