using Grpc.Core;
using Warren.Catalogs;
using Warren.Secrets;
using Warren.Silo.Api.Errors;
using Warren.Silo.Api.Lists;
using Warren.Silo.Api.Mapping;
using Warren.Silo.Api.Writes;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>Secrets, for callers: values come in and never go out.</summary>
internal sealed class SecretEndpoint(IGrainFactory grains, WriteLedger writes) : Proto.SecretApi.SecretApiBase
{
    public override Task<Proto.Secret> Create(Proto.CreateSecretRequest request, ServerCallContext context) =>
        writes.RunAsync(request.Options, context.Method, request, async () =>
        {
            Expectation.CheckNone(request.Options);
            var spec = ObjectMap.ReadSecret(request.Spec);
            try
            {
                return ObjectMap.Write(await Grain(spec.Name).ApplyAsync(spec, expectedVersion: 0));
            }
            catch (ConflictException conflict) when (conflict.IsVersion)
            {
                // Sent again after the manager that made it was gone.
                if (request.Options is { IdempotencyKey.Length: > 0 } && await IsThereAsync(spec)) return ObjectMap.Write(await ReadAsync(spec.Name));
                throw new AlreadyExistsException(conflict.Message);
            }
        });

    public override async Task<Proto.Secret> Get(Proto.GetSecretRequest request, ServerCallContext context) =>
        ObjectMap.Write(await ReadAsync(Names.Secret(request.Name)));

    public override async Task<Proto.ListSecretsResponse> List(Proto.ListSecretsRequest request, ServerCallContext context)
    {
        var (page, labels) = (PageRequest.Of(request.Page), LabelSelector.Parse(request.LabelSelector));
        var names = (await grains.GetGrain<INameCatalogGrain>(INameCatalogGrain.Secrets).ListAsync()).Order(StringComparer.Ordinal).ToList();
        var (found, next) = await Pager.FillAsync(names, page, name => Grain(new(name)).GetAsync(), secret => labels.Matches(secret.Labels));
        return new() { Secrets = { found.Select(ObjectMap.Write) }, NextPageToken = next };
    }

    public override Task<Proto.Secret> Update(Proto.UpdateSecretRequest request, ServerCallContext context) =>
        writes.RunAsync(request.Options, context.Method, request, async () =>
        {
            if (request.Spec is { HasValue: false } labelled)
            {
                return ObjectMap.Write(await Grain(Names.Secret(labelled.Name))
                    .LabelAsync(ContainerMap.Map(labelled.Labels), Expectation.Of(request.Options)));
            }

            var spec = ObjectMap.ReadSecret(request.Spec);
            return ObjectMap.Write(await Expectation.ChangeAsync(
                request.Options, () => ReadAsync(spec.Name), secret => secret.Version, (_, version) => Grain(spec.Name).ApplyAsync(spec, version)));
        });

    public override Task<Proto.DeleteSecretResponse> Delete(Proto.DeleteSecretRequest request, ServerCallContext context) =>
        writes.RunAsync(request.Options, context.Method, request, async () =>
        {
            var name = Names.Secret(request.Name);
            await ReadAsync(name);
            await Grain(name).RemoveAsync(request.Force, Expectation.Of(request.Options));
            return new Proto.DeleteSecretResponse();
        });

    private ISecretGrain Grain(SecretName name) => grains.GetGrain<ISecretGrain>(name.Value);

    private async Task<SecretRecord> ReadAsync(SecretName name) => await Grain(name).GetAsync() ?? throw new NotFoundException($"there is no secret {name}");

    private async Task<bool> IsThereAsync(SecretSpec spec) =>
        await Grain(spec.Name).GetAsync() is { Version: 1 } there && there.Labels.SequenceEqual(spec.Labels)
        && await Grain(spec.Name).ReadAsync() is { } value && value.Span.SequenceEqual(spec.Value.Span);
}
