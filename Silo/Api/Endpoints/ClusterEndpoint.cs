using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Warren.Catalogs;
using Warren.Clusters;
using Warren.Nodes;
using Warren.Services;
using Warren.Silo.Api.Hosting;
using Warren.Silo.Api.Mapping;
using Warren.Silo.Secrets;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>The cluster as a whole, for callers.</summary>
internal sealed class ClusterEndpoint(IGrainFactory grains, NodeLookup nodes, ApiSettings settings, ClusterKeys keys, TimeProvider time) : Proto.ClusterApi.ClusterApiBase
{
    private static readonly string s_version = typeof(ClusterEndpoint).Assembly.GetName().Version!.ToString(3);

    public override async Task<Proto.ClusterInfo> GetInfo(Proto.GetClusterInfoRequest request, ServerCallContext context)
    {
        var hosts = await grains.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: false);
        var all = (await nodes.AllAsync()).Values.ToList();
        var ready = all.Where(node => node.Status.Condition == NodeCondition.Ready).ToList();
        var services = await grains.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key).ListAsync();
        var counts = await Task.WhenAll(
            CountAsync(INameCatalogGrain.Secrets), CountAsync(INameCatalogGrain.Configs), CountAsync(INameCatalogGrain.Volumes));
        return new()
        {
            Manager = settings.Manager,
            Version = s_version,
            Managers =
            {
                hosts.Where(host => host.Status != SiloStatus.Dead).OrderBy(host => host.SiloName, StringComparer.Ordinal).Select(host => new Proto.Manager
                {
                    Name = host.SiloName,
                    Address = host.SiloAddress.Endpoint.ToString(),
                    State = host.Status.ToString(),
                    StartedAt = DateTime.SpecifyKind(host.StartTime, DateTimeKind.Utc).ToTimestamp(),
                }),
            },
            NodesReady = ready.Count,
            NodesUnreachable = all.Count(node => node.Status.Condition == NodeCondition.Unreachable),
            NodesLost = all.Count(node => node.Status.Condition == NodeCondition.Lost),
            CpuMillicores = ready.Sum(node => node.Description.Capacity.CpuMillicores),
            Memory = ready.Sum(node => node.Description.Capacity.Memory),
            Services = services.Length,
            Secrets = counts[0],
            Configs = counts[1],
            Volumes = counts[2],
            Time = time.GetUtcNow().ToTimestamp(),
        };
    }

    public override async Task<Proto.CreateJoinTokenResponse> CreateJoinToken(Proto.CreateJoinTokenRequest request, ServerCallContext context) =>
        await ShowAsync(await Cluster.CreateTokenAsync(JoinTokenMap.Read(request)));

    public override async Task<Proto.ListJoinTokensResponse> ListJoinTokens(Proto.ListJoinTokensRequest request, ServerCallContext context)
    {
        var now = time.GetUtcNow();
        return new() { Tokens = { (await Cluster.ListTokensAsync()).Select(token => JoinTokenMap.Write(token, now)) } };
    }

    public override async Task<Proto.JoinToken> RevokeJoinToken(Proto.RevokeJoinTokenRequest request, ServerCallContext context)
    {
        await Cluster.RevokeTokenAsync(request.Id);
        return await RecordAsync(request.Id);
    }

    public override async Task<Proto.CreateJoinTokenResponse> RotateJoinToken(Proto.RotateJoinTokenRequest request, ServerCallContext context) =>
        await ShowAsync(await Cluster.RotateTokenAsync(request.Id));

    public override async Task<Proto.IssueCertificateResponse> IssueCertificate(Proto.IssueCertificateRequest request, ServerCallContext context)
    {
        var problems = new FieldProblems();
        var lifetime = problems.Time("lifetime", request.Lifetime);
        problems.ThrowIfAny("certificate");
        var issued = await Cluster.IssueClientAsync(new() { Name = request.Name, SigningRequest = request.SigningRequest.ToByteArray(), Lifetime = lifetime });
        return new() { Certificate = issued.Certificate, Authority = issued.Authority, ExpiresAt = issued.ExpiresAt.ToTimestamp() };
    }

    public override async Task<Proto.ListCertificatesResponse> ListCertificates(Proto.ListCertificatesRequest request, ServerCallContext context) =>
        new() { Certificates = { (await Cluster.ListCertificatesAsync()).Select(TrustMap.Write) } };

    public override async Task<Proto.Certificate> RevokeCertificate(Proto.RevokeCertificateRequest request, ServerCallContext context) =>
        TrustMap.Write(await Cluster.RevokeCertificateAsync(request.Name));

    public override async Task<Proto.Authority> GetAuthority(Proto.GetAuthorityRequest request, ServerCallContext context) =>
        TrustMap.Write(await Cluster.GetAuthorityAsync());

    public override async Task<Proto.Authority> RotateAuthority(Proto.RotateAuthorityRequest request, ServerCallContext context) =>
        TrustMap.Write(await Cluster.RotateAuthorityAsync());

    public override async Task<Proto.Authority> LeaveBehind(Proto.LeaveBehindRequest request, ServerCallContext context) =>
        TrustMap.Write(await Cluster.LeaveBehindAsync(TrustMap.Read(request)));

    public override async Task<Proto.ClusterKey> GetKey(Proto.GetClusterKeyRequest request, ServerCallContext context) =>
        Show(await keys.GetAsync(context.CancellationToken));

    public override async Task<Proto.ClusterKey> RotateKey(Proto.RotateClusterKeyRequest request, ServerCallContext context) =>
        Show(await keys.RotateAsync(context.CancellationToken));

    public override async Task<Proto.ClusterKey> RetireKey(Proto.RetireClusterKeyRequest request, ServerCallContext context) =>
        Show(await keys.RetireAsync(context.CancellationToken));

    private IClusterGrain Cluster => grains.GetGrain<IClusterGrain>(IClusterGrain.Key);

    private static Proto.ClusterKey Show(KeyRing ring) => new()
    {
        Id = ring.Current,
        Since = ring.Wrapped.FirstOrDefault(wrapped => wrapped.Key == ring.Current)?.At.ToTimestamp(),
        IsRotating = ring.IsRotating(),
        Holders =
        {
            ring.Holders.Values.OrderBy(holder => holder.Name, StringComparer.Ordinal)
                .Select(holder => new Proto.KeyHolder { Name = holder.Name, Key = holder.Key, IsCurrent = holder.Key == ring.Current }),
        },
    };

    private async Task<Proto.CreateJoinTokenResponse> ShowAsync(string token) =>
        new() { Token = token, Record = await RecordAsync(JoinToken.Parse(token).Id) };

    private async Task<Proto.JoinToken> RecordAsync(string id) =>
        JoinTokenMap.Write((await Cluster.ListTokensAsync()).Single(token => token.Id == id), time.GetUtcNow());

    private async Task<int> CountAsync(string catalog) => (await grains.GetGrain<INameCatalogGrain>(catalog).ListAsync()).Length;
}
