using Grpc.Core;
using Warren.Catalogs;
using Warren.Configs;
using Warren.Silo.Api.Errors;
using Warren.Silo.Api.Lists;
using Warren.Silo.Api.Mapping;
using Warren.Silo.Api.Writes;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>Configs, for callers.</summary>
internal sealed class ConfigEndpoint(IGrainFactory grains, WriteLedger writes) : Proto.ConfigApi.ConfigApiBase
{
    public override Task<Proto.Config> Create(Proto.CreateConfigRequest request, ServerCallContext context) =>
        writes.RunAsync(request.Options, context.Method, request, async () =>
        {
            Expectation.CheckNone(request.Options);
            var spec = ObjectMap.ReadConfig(request.Spec);
            try
            {
                return ObjectMap.Write(await Grain(spec.Name).ApplyAsync(spec, expectedVersion: 0), withContent: false);
            }
            catch (ConflictException conflict) when (conflict.IsVersion)
            {
                // Sent again after the manager that made it was gone.
                if (request.Options is { IdempotencyKey.Length: > 0 } && await IsThereAsync(spec))
                    return ObjectMap.Write(await ReadAsync(spec.Name), withContent: false);
                throw new AlreadyExistsException(conflict.Message);
            }
        });

    public override async Task<Proto.Config> Get(Proto.GetConfigRequest request, ServerCallContext context) =>
        ObjectMap.Write(await ReadAsync(Names.Config(request.Name)), withContent: true);

    public override async Task<Proto.ListConfigsResponse> List(Proto.ListConfigsRequest request, ServerCallContext context)
    {
        var (page, labels) = (PageRequest.Of(request.Page), LabelSelector.Parse(request.LabelSelector));
        var names = (await grains.GetGrain<INameCatalogGrain>(INameCatalogGrain.Configs).ListAsync()).Order(StringComparer.Ordinal).ToList();
        var (found, next) = await Pager.FillAsync(names, page, name => Grain(new(name)).GetAsync(), config => labels.Matches(config.Spec.Labels));
        return new() { Configs = { found.Select(config => ObjectMap.Write(config, withContent: false)) }, NextPageToken = next };
    }

    public override Task<Proto.Config> Update(Proto.UpdateConfigRequest request, ServerCallContext context) =>
        writes.RunAsync(request.Options, context.Method, request, async () =>
        {
            if (request.Spec is { HasContent: false } labelled)
            {
                if (labelled.Template) throw new ValidationException($"config {labelled.Name}", [new("template", "must be left out unless content is given")]);
                var record = await Grain(Names.Config(labelled.Name)).LabelAsync(ContainerMap.Map(labelled.Labels), Expectation.Of(request.Options));
                return ObjectMap.Write(record, withContent: false);
            }

            var spec = ObjectMap.ReadConfig(request.Spec);
            var changed = await Expectation.ChangeAsync(
                request.Options, () => ReadAsync(spec.Name), config => config.Version, (_, version) => Grain(spec.Name).ApplyAsync(spec, version));
            return ObjectMap.Write(changed, withContent: false);
        });

    public override Task<Proto.DeleteConfigResponse> Delete(Proto.DeleteConfigRequest request, ServerCallContext context) =>
        writes.RunAsync(request.Options, context.Method, request, async () =>
        {
            var name = Names.Config(request.Name);
            await ReadAsync(name);
            await Grain(name).RemoveAsync(request.Force, Expectation.Of(request.Options));
            return new Proto.DeleteConfigResponse();
        });

    private IConfigGrain Grain(ConfigName name) => grains.GetGrain<IConfigGrain>(name.Value);

    private async Task<ConfigRecord> ReadAsync(ConfigName name) => await Grain(name).GetAsync() ?? throw new NotFoundException($"there is no config {name}");

    private async Task<bool> IsThereAsync(ConfigSpec spec) =>
        await Grain(spec.Name).GetAsync() is { Version: 1 } there && there.Spec.Labels.SequenceEqual(spec.Labels)
        && there.Spec.IsTemplate == spec.IsTemplate && there.Spec.Content.Span.SequenceEqual(spec.Content.Span);
}
