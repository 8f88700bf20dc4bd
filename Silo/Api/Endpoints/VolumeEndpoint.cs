using Grpc.Core;
using Warren.Catalogs;
using Warren.Content;
using Warren.Silo.Api.Errors;
using Warren.Silo.Api.Lists;
using Warren.Silo.Api.Mapping;
using Warren.Silo.Api.Writes;
using Warren.Volumes;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>Volumes, for callers.</summary>
internal sealed class VolumeEndpoint(IGrainFactory grains, WriteLedger writes) : Proto.VolumeApi.VolumeApiBase
{
    public override Task<Proto.Volume> Create(Proto.CreateVolumeRequest request, ServerCallContext context) =>
        writes.RunAsync(request.Options, context.Method, request, async () =>
        {
            Expectation.CheckNone(request.Options);
            var spec = ObjectMap.ReadVolume(request.Spec);
            var isThere = await Grain(spec.Name).GetAsync() is not null;

            // Sent again under a key it is made once; the grain refuses what differs.
            if (isThere && request.Options is not { IdempotencyKey.Length: > 0 })
                throw new AlreadyExistsException($"there is a volume {spec.Name} already; take another name");
            try
            {
                return ObjectMap.Write(await Grain(spec.Name).CreateAsync(spec));
            }
            catch (ConflictException conflict) when (isThere)
            {
                throw new AlreadyExistsException(conflict.Message);
            }
        });

    public override async Task<Proto.Volume> Get(Proto.GetVolumeRequest request, ServerCallContext context) =>
        ObjectMap.Write(await ReadAsync(Names.Volume(request.Name)));

    public override async Task<Proto.ListVolumesResponse> List(Proto.ListVolumesRequest request, ServerCallContext context)
    {
        var (page, labels) = (PageRequest.Of(request.Page), LabelSelector.Parse(request.LabelSelector));
        var names = (await grains.GetGrain<INameCatalogGrain>(INameCatalogGrain.Volumes).ListAsync()).Order(StringComparer.Ordinal).ToList();
        var (found, next) = await Pager.FillAsync(names, page, name => Grain(name).GetAsync(), volume => labels.Matches(volume.Spec.Labels));
        return new() { Volumes = { found.Select(ObjectMap.Write) }, NextPageToken = next };
    }

    public override Task<Proto.Volume> Update(Proto.UpdateVolumeRequest request, ServerCallContext context) =>
        writes.RunAsync(request.Options, context.Method, request, async () =>
        {
            var spec = ObjectMap.ReadVolume(request.Spec);
            var known = await ReadAsync(Names.Volume(spec.Name));
            var isOther = request.Spec.HasDriver && spec.Driver != known.Spec.Driver;
            if (isOther || (spec.Options.Count > 0 && !ContentComparison.AreEqual(spec.Options, known.Spec.Options)))
            {
                var path = isOther ? "driver" : "options";
                throw new ValidationException(
                    $"volume {spec.Name}", [new(path, "must be what it is, or left out: only labels can change; make another volume")]);
            }

            return ObjectMap.Write(await Grain(spec.Name).LabelAsync(spec.Labels, Expectation.Of(request.Options)));
        });

    public override Task<Proto.DeleteVolumeResponse> Delete(Proto.DeleteVolumeRequest request, ServerCallContext context) =>
        writes.RunAsync(request.Options, context.Method, request, async () =>
        {
            var name = Names.Volume(request.Name);
            await ReadAsync(name);
            await Grain(name.Value).RemoveAsync(request.Force, Expectation.Of(request.Options));
            return new Proto.DeleteVolumeResponse();
        });

    private IVolumeGrain Grain(string name) => grains.GetGrain<IVolumeGrain>(name);

    private async Task<VolumeRecord> ReadAsync(VolumeName name) =>
        await Grain(name.Value).GetAsync() ?? throw new NotFoundException($"there is no volume {name}");
}
