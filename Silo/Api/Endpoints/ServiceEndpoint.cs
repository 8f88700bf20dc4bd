using Grpc.Core;
using Warren.Services;
using Warren.Silo.Api.Errors;
using Warren.Silo.Api.Lists;
using Warren.Silo.Api.Mapping;
using Warren.Silo.Api.Writes;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>Services, for callers.</summary>
internal sealed class ServiceEndpoint(IGrainFactory grains, WriteLedger writes) : Proto.ServiceApi.ServiceApiBase
{
    private const int MaxReason = 500;

    private IServiceCatalogGrain Catalog => grains.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key);

    public override Task<Proto.Service> Create(Proto.CreateServiceRequest request, ServerCallContext context) =>
        WriteAsync(request.Options, context, request, async () =>
        {
            Expectation.CheckNone(request.Options);
            var spec = ServiceSpecMap.Read(request.Spec);
            try
            {
                await Grain(spec.Name).ApplyAsync(spec, expectedVersion: 0);
            }
            catch (ConflictException conflict) when (conflict.IsVersion)
            {
                // Sent again after the manager that made it was gone.
                var isAgain = request.Options is { IdempotencyKey.Length: > 0 } && await Grain(spec.Name).GetAsync() is { IsRemoving: false } there
                    && ServiceSpecChange.Between(there.Revision.Spec, spec).IsNone;
                if (!isAgain) throw new AlreadyExistsException(conflict.Message);
            }

            return spec.Name;
        });

    public override async Task<Proto.Service> Get(Proto.GetServiceRequest request, ServerCallContext context) => await ShowAsync(Names.Service(request.Name));

    public override async Task<Proto.ListServicesResponse> List(Proto.ListServicesRequest request, ServerCallContext context)
    {
        var (page, labels) = (PageRequest.Of(request.Page), LabelSelector.Parse(request.LabelSelector));
        var names = (await Catalog.ListAsync()).Select(entry => entry.Name.Value).Order(StringComparer.Ordinal).ToList();
        var (services, next) = await Pager.FillAsync(
            names, page, name => grains.GetGrain<IServiceGrain>(name).GetAsync(), service => labels.Matches(service.Revision.Spec.Labels));
        return new() { Services = { services.Select(ServiceMap.Write) }, NextPageToken = next };
    }

    public override Task<Proto.Service> Update(Proto.UpdateServiceRequest request, ServerCallContext context) =>
        WriteAsync(request.Options, context, request, async () =>
        {
            var spec = ServiceSpecMap.Read(request.Spec);
            await Expectation.ChangeAsync(
                request.Options, () => ReadAsync(spec.Name), service => service.Revision.Version,
                (_, version) => Grain(spec.Name).ApplyAsync(spec, version));
            return spec.Name;
        });

    public override Task<Proto.Service> Scale(Proto.ScaleServiceRequest request, ServerCallContext context) =>
        WriteAsync(request.Options, context, request, async () =>
        {
            var name = Names.Service(request.Name);
            if (!request.HasReplicas) throw new ValidationException("the request", [new("replicas", "must be given")]);
            await Grain(name).ScaleAsync(request.Replicas, Expectation.Of(request.Options));
            return name;
        });

    public override Task<Proto.Service> Restart(Proto.RestartServiceRequest request, ServerCallContext context) =>
        WriteAsync(request.Options, context, request, async () =>
        {
            var name = Names.Service(request.Name);
            await Grain(name).RestartAsync(Expectation.Of(request.Options));
            return name;
        });

    public override Task<Proto.Service> Run(Proto.RunServiceRequest request, ServerCallContext context) =>
        WriteAsync(request.Options, context, request, async () =>
        {
            var name = Names.Service(request.Name);
            await CheckVersionAsync(name, request.Options);

            // The service remembers what a run was asked for by, so the key holds for all managers.
            await Grain(name).RunAsync(request.Options is { IdempotencyKey.Length: > 0 and var _ } keyed ? keyed.IdempotencyKey : NewKey(context));
            return name;
        });

    public override Task<Proto.Service> PauseRollout(Proto.PauseRolloutRequest request, ServerCallContext context) =>
        WriteAsync(request.Options, context, request, async () =>
        {
            var name = Names.Service(request.Name);
            await CheckVersionAsync(name, request.Options);
            await Grain(name).PauseRolloutAsync(Reason(request.Reason, "paused by an operator"));
            return name;
        });

    public override Task<Proto.Service> ResumeRollout(Proto.ResumeRolloutRequest request, ServerCallContext context) =>
        WriteAsync(request.Options, context, request, async () =>
        {
            var name = Names.Service(request.Name);
            await CheckVersionAsync(name, request.Options);
            await Grain(name).ResumeRolloutAsync(Reason(request.Reason, "resumed by an operator"));
            return name;
        });

    public override async Task<Proto.ListRevisionsResponse> ListRevisions(Proto.ListRevisionsRequest request, ServerCallContext context)
    {
        var name = Names.Service(request.Name);
        var revisions = await Grain(name).GetRevisionsAsync();
        if (revisions.IsEmpty) throw Missing(name);
        return new() { Revisions = { revisions.Reverse().Select(ServiceMap.Write) } };
    }

    public override Task<Proto.DeleteServiceResponse> Delete(Proto.DeleteServiceRequest request, ServerCallContext context) =>
        writes.RunAsync(request.Options, context.Method, request, async () =>
        {
            var name = Names.Service(request.Name);
            await ReadAsync(name);
            await Grain(name).RemoveAsync(Expectation.Of(request.Options));
            return new Proto.DeleteServiceResponse();
        });

    // Unique among all calls of a connection and all connections: two requests without a key are two runs.
    private static string NewKey(ServerCallContext context) => context.GetHttpContext().TraceIdentifier;

    private static string Reason(string given, string standard) => given.Length switch
    {
        0 => standard,
        > MaxReason => throw new ValidationException("the request", [new("reason", $"must have at most {MaxReason} characters, had {given.Length}")]),
        _ => given,
    };

    private static NotFoundException Missing(ServiceName name) => new($"there is no service {name}");

    private IServiceGrain Grain(ServiceName name) => grains.GetGrain<IServiceGrain>(name.Value);

    private async Task<ServiceStatus> ReadAsync(ServiceName name) => await Grain(name).GetAsync() ?? throw Missing(name);

    private async Task<Proto.Service> ShowAsync(ServiceName name) => ServiceMap.Write(await ReadAsync(name));

    private Task<Proto.Service> WriteAsync(
        Proto.WriteOptions? options, ServerCallContext context, Google.Protobuf.IMessage request, Func<Task<ServiceName>> write) =>
        writes.RunAsync(options, context.Method, request, async () => await ShowAsync(await write()));

    // Of what is no version of the spec: it is compared before, and a change in between is no harm.
    private async Task CheckVersionAsync(ServiceName name, Proto.WriteOptions? options)
    {
        var version = (await ReadAsync(name)).Revision.Version;
        if (Expectation.Of(options) is { } expected && expected != version)
            throw new ConflictException($"service {name} is at version {version}, not at {expected}: someone has changed it; look at it and decide anew") { IsVersion = true };
    }
}
