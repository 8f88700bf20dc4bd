using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Warren.TestSupport;
using Warren.V1;

namespace Warren.Cli.Tests.Testing;

/// <summary>A manager on a real socket that answers as the test says, and notes what it was asked.</summary>
internal sealed class ScriptedManager : IAsyncDisposable
{
    private readonly TempFolder _folder = TempFolder.Create("cli");
    private readonly WebApplication _application;

    private ScriptedManager()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(SocketPath, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(this);
        builder.Services.AddGrpc();
        _application = builder.Build();
        _application.MapGrpcService<ServicesOfManager>();
        _application.MapGrpcService<TasksOfManager>();
        _application.MapGrpcService<NodesOfManager>();
        _application.MapGrpcService<EventsOfManager>();
        _application.MapGrpcService<PlansOfManager>();
        _application.MapGrpcService<LogsOfManager>();
        _application.MapGrpcService<ExecsOfManager>();
        _application.MapGrpcService<StatsOfManager>();
        _application.MapGrpcService<ImagesOfManager>();
        _application.MapGrpcService<SecretsOfManager>();
        _application.MapGrpcService<ConfigsOfManager>();
        _application.MapGrpcService<ClusterOfManager>();
        _application.MapGrpcService<AccessOfManager>();
    }

    /// <summary>The clock of the command, and of all answers.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public string SocketPath => _folder.File("api.sock");

    public List<Service> Services { get; } = [];

    public List<V1.Task> Tasks { get; } = [];

    public List<Node> Nodes { get; } = [];

    public List<Secret> Secrets { get; } = [];

    public List<JoinToken> Tokens { get; } = [];

    public List<ApiToken> ApiTokens { get; } = [];

    public List<AuditEntry> Audit { get; } = [];

    /// <summary>Its certificates.</summary>
    public List<Certificate> Certificates { get; } = [];

    /// <summary>Its authority.</summary>
    public Authority Authority { get; set; } = new();

    public List<object> Asked { get; } = [];

    public List<LogLine> Logs { get; } = [];

    /// <summary>Whether they are written over and over, for as long as somebody follows. Default: once.</summary>
    public bool LogsGoOn { get; set; }

    /// <summary>What is used; a stream says it twice.</summary>
    public Stats Stats { get; set; } = new();

    /// <summary>The images of nodes; a prune removes all of them.</summary>
    public List<NodeImages> Images { get; } = [];

    /// <summary>How far nodes come with an image.</summary>
    public List<ImageProgress> Steps { get; } = [];

    /// <summary>The archive that it was sent.</summary>
    public MemoryStream Archive { get; } = new();

    /// <summary>What writes are refused with. Default: they are not.</summary>
    public RpcException? Refusal { get; set; }

    /// <summary>The answer to whatever is to be planned.</summary>
    public PlanResponse Plan { get; set; } = new();

    /// <summary>How many updates of services find another version.</summary>
    public int StaleWrites { get; set; }

    /// <summary>Happens with each of them.</summary>
    public Action OnStaleWrite { get; set; } = () => { };

    public static async Task<ScriptedManager> StartAsync()
    {
        var manager = new ScriptedManager();
        await manager._application.StartAsync();
        return manager;
    }

    /// <summary>Carries a command out.</summary>
    public Task<Outcome> RunAsync(params string[] words) => Outcome.OfAsync(["--host", SocketPath, .. words]);

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _folder.Dispose();
    }

    public static Timestamp Ago(double seconds) => Now.AddSeconds(-seconds).ToTimestamp();

    private T Note<T>(object request, T answer)
    {
        Asked.Add(request);
        return Refusal is null ? answer : throw Refusal;
    }

    private sealed class ServicesOfManager(ScriptedManager manager) : ServiceApi.ServiceApiBase
    {
        public override Task<ListServicesResponse> List(ListServicesRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new ListServicesResponse { Services = { manager.Services } }));

        public override Task<Service> Get(GetServiceRequest request, ServerCallContext context) => System.Threading.Tasks.Task.FromResult(manager.Note(
            request, manager.Services.FirstOrDefault(service => service.Revision.Spec.Name == request.Name)
                ?? throw new RpcException(new(StatusCode.NotFound, $"there is no service {request.Name}"))));

        public override Task<Service> Create(CreateServiceRequest request, ServerCallContext context) => System.Threading.Tasks.Task.FromResult(
            manager.Note(request, new Service { Revision = new() { Version = 1, Spec = request.Spec } }));

        public override Task<Service> Update(UpdateServiceRequest request, ServerCallContext context)
        {
            var answer = manager.Note(request, new Service { Revision = new() { Version = 2, TaskVersion = 2, Spec = request.Spec } });
            if (manager.StaleWrites-- <= 0) return System.Threading.Tasks.Task.FromResult(answer);
            manager.OnStaleWrite();
            throw new RpcException(new(StatusCode.Aborted, "it is at another version"));
        }

        public override Task<DeleteServiceResponse> Delete(DeleteServiceRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new DeleteServiceResponse()));
    }

    private sealed class TasksOfManager(ScriptedManager manager) : TaskApi.TaskApiBase
    {
        public override Task<ListTasksResponse> List(ListTasksRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new ListTasksResponse { Tasks = { manager.Tasks } }));
    }

    private sealed class NodesOfManager(ScriptedManager manager) : NodeApi.NodeApiBase
    {
        public override Task<ListNodesResponse> List(ListNodesRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new ListNodesResponse { Nodes = { manager.Nodes } }));

        public override Task<Node> Label(LabelNodeRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new Node { Id = request.Node, Spec = new() { Labels = { request.Set } } }));
    }

    private sealed class PlansOfManager(ScriptedManager manager) : PlanApi.PlanApiBase
    {
        public override Task<PlanResponse> Plan(PlanRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, manager.Plan.Clone()));
    }

    private sealed class LogsOfManager(ScriptedManager manager) : LogApi.LogApiBase
    {
        public override async System.Threading.Tasks.Task Stream(StreamLogsRequest request, IServerStreamWriter<LogLine> responseStream, ServerCallContext context)
        {
            do
            {
                foreach (var line in manager.Note(request, manager.Logs)) await responseStream.WriteAsync(line);
            }
            while (manager.LogsGoOn && request.Follow && !context.CancellationToken.IsCancellationRequested);
        }
    }

    // Each process ends with exit code 7.
    private sealed class ExecsOfManager(ScriptedManager manager) : ExecApi.ExecApiBase
    {
        public override async System.Threading.Tasks.Task Exec(IAsyncStreamReader<ExecRequest> requestStream, IServerStreamWriter<ExecResponse> responseStream, ServerCallContext context)
        {
            await requestStream.MoveNext();
            await responseStream.WriteAsync(manager.Note(requestStream.Current, new ExecResponse { Started = new() }));
            await responseStream.WriteAsync(new() { Exited = new() { Code = 7 } });
        }
    }

    private sealed class StatsOfManager(ScriptedManager manager) : StatsApi.StatsApiBase
    {
        public override Task<Stats> Get(GetStatsRequest request, ServerCallContext context) => System.Threading.Tasks.Task.FromResult(manager.Note(request, manager.Stats));

        public override async System.Threading.Tasks.Task Stream(StreamStatsRequest request, IServerStreamWriter<Stats> responseStream, ServerCallContext context)
        {
            manager.Note(request, manager.Stats);
            for (var i = 0; i < 2; i++) await responseStream.WriteAsync(manager.Stats);
        }
    }

    private sealed class ImagesOfManager(ScriptedManager manager) : ImageApi.ImageApiBase
    {
        public override Task<ListImagesResponse> List(ListImagesRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new ListImagesResponse { Nodes = { manager.Images } }));

        public override Task<PruneImagesResponse> Prune(PruneImagesRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new PruneImagesResponse { Nodes = { manager.Images }, Bytes = 12 << 20 }));

        public override async System.Threading.Tasks.Task Pull(PullImageRequest request, IServerStreamWriter<ImageProgress> responseStream, ServerCallContext context)
        {
            foreach (var step in manager.Steps) await responseStream.WriteAsync(step);
            manager.Note(request, manager.Steps);
        }

        public override async System.Threading.Tasks.Task Import(
            IAsyncStreamReader<ImportImageRequest> requestStream, IServerStreamWriter<ImageProgress> responseStream, ServerCallContext context)
        {
            await requestStream.MoveNext();
            manager.Note(requestStream.Current, manager.Steps);
            while (await requestStream.MoveNext()) manager.Archive.Write(requestStream.Current.Data.Span);
            foreach (var step in manager.Steps) await responseStream.WriteAsync(step);
        }
    }

    private sealed class SecretsOfManager(ScriptedManager manager) : SecretApi.SecretApiBase
    {
        public override Task<ListSecretsResponse> List(ListSecretsRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new ListSecretsResponse { Secrets = { manager.Secrets } }));

        public override Task<Secret> Update(UpdateSecretRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new Secret { Name = request.Spec.Name, Version = 3 }));
    }

    private sealed class ConfigsOfManager(ScriptedManager manager) : ConfigApi.ConfigApiBase
    {
        public override Task<DeleteConfigResponse> Delete(DeleteConfigRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new DeleteConfigResponse()));
    }

    private sealed class AccessOfManager(ScriptedManager manager) : AccessApi.AccessApiBase
    {
        public override Task<ListApiTokensResponse> ListTokens(ListApiTokensRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new ListApiTokensResponse { Tokens = { manager.ApiTokens } }));

        public override Task<CreateApiTokenResponse> CreateToken(CreateApiTokenRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new CreateApiTokenResponse { Record = manager.ApiTokens[0], Token = "warrenapi1.secret" }));

        public override Task<ApiToken> RevokeToken(RevokeApiTokenRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, manager.ApiTokens.FirstOrDefault(token => token.Id == request.Id)
                ?? throw new RpcException(new(StatusCode.NotFound, $"there is no API token {request.Id}"))));

        public override async System.Threading.Tasks.Task ReadAudit(ReadAuditRequest request, IServerStreamWriter<AuditEntry> responseStream, ServerCallContext context)
        {
            manager.Note(request, new AuditEntry());
            foreach (var entry in manager.Audit) await responseStream.WriteAsync(entry);
        }
    }

    private sealed class ClusterOfManager(ScriptedManager manager) : ClusterApi.ClusterApiBase
    {
        public override Task<ListJoinTokensResponse> ListJoinTokens(ListJoinTokensRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new ListJoinTokensResponse { Tokens = { manager.Tokens } }));

        public override Task<CreateJoinTokenResponse> CreateJoinToken(CreateJoinTokenRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new CreateJoinTokenResponse { Record = manager.Tokens[0], Token = "warren1.secret" }));

        public override Task<CreateJoinTokenResponse> RotateJoinToken(RotateJoinTokenRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new CreateJoinTokenResponse { Record = manager.Tokens[1], Token = "warren1.other" }));

        public override Task<ListCertificatesResponse> ListCertificates(ListCertificatesRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new ListCertificatesResponse { Certificates = { manager.Certificates } }));

        public override Task<Certificate> RevokeCertificate(RevokeCertificateRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, manager.Certificates.FirstOrDefault(one => one.Serial == request.Name)
                ?? throw new RpcException(new(StatusCode.NotFound, $"there is no certificate of a client with the number {request.Name}"))));

        public override Task<Authority> GetAuthority(GetAuthorityRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, manager.Authority));

        public override Task<Authority> RotateAuthority(RotateAuthorityRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, manager.Authority));

        public override Task<Authority> LeaveBehind(LeaveBehindRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, manager.Authority));

        public override Task<JoinToken> RevokeJoinToken(RevokeJoinTokenRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, manager.Tokens.FirstOrDefault(token => token.Id == request.Id)
                ?? throw new RpcException(new(StatusCode.NotFound, $"there is no join token {request.Id}"))));

        public override Task<ClusterKey> RotateKey(RotateClusterKeyRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new ClusterKey
            {
                Id = "bbbb",
                IsRotating = true,
                Holders = { new KeyHolder { Name = "m1", Key = "bbbb", IsCurrent = true }, new KeyHolder { Name = "m2", Key = "aaaa" }, new KeyHolder { Name = "m3", Key = "aaaa" } },
            }));

        public override Task<ClusterKey> RetireKey(RetireClusterKeyRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new ClusterKey { Id = "bbbb" }));

        public override Task<IssueCertificateResponse> IssueCertificate(IssueCertificateRequest request, ServerCallContext context) =>
            System.Threading.Tasks.Task.FromResult(manager.Note(request, new IssueCertificateResponse { Certificate = "CERT", Authority = "CA", ExpiresAt = Ago(-3_600) }));
    }

    // Nothing ever happens; whoever follows waits.
    private sealed class EventsOfManager : EventApi.EventApiBase
    {
        public override System.Threading.Tasks.Task Read(ReadEventsRequest request, IServerStreamWriter<Event> responseStream, ServerCallContext context) =>
            System.Threading.Tasks.Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
    }
}
