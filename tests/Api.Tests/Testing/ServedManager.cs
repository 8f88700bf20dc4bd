using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Warren.ControlPlane.Tests.Testing;
using Warren.Silo.Hosting;
using Warren.TestSupport;
using Warren.TestSupport.Certificates;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Testing;

/// <summary>A manager as it is, in the test's own process, with a store of its own and two nodes whose agents do as the test says.</summary>
public sealed class ServedManager : IAsyncLifetime
{
    private readonly TempFolder _folder = TempFolder.Create("api");
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly List<GrpcChannel> _channels = [];
    private readonly List<HttpClient> _clients = [];
    private IHost _host = null!;

    /// <summary>The path of the unix socket.</summary>
    public string SocketPath => _folder.File("api.sock");

    /// <summary>The file of its store.</summary>
    public string StoreFile => _folder.File("data/store.db");

    /// <summary>The port for callers with a certificate.</summary>
    public int Port { get; } = LocalPorts.Next();

    /// <summary>The port for callers with a token or certificate, over REST.</summary>
    public int RestPort { get; } = LocalPorts.Next();

    /// <summary>Where the manager's certificate, its key and the authority lie.</summary>
    public CertificateFiles Files { get; private set; } = null!;

    internal List<ScriptedAgent> Agents { get; } = [];

    internal Proto.ServiceApi.ServiceApiClient Services => new(Channel);

    internal Proto.TaskApi.TaskApiClient Tasks => new(Channel);

    internal Proto.NodeApi.NodeApiClient Nodes => new(Channel);

    internal Proto.SecretApi.SecretApiClient Secrets => new(Channel);

    internal Proto.ConfigApi.ConfigApiClient Configs => new(Channel);

    internal Proto.VolumeApi.VolumeApiClient Volumes => new(Channel);

    internal Proto.LogApi.LogApiClient Logs => new(Channel);

    internal Proto.ExecApi.ExecApiClient Execs => new(Channel);

    internal Proto.StatsApi.StatsApiClient Stats => new(Channel);

    internal Proto.ImageApi.ImageApiClient Images => new(Channel);

    internal Proto.PlanApi.PlanApiClient Plans => new(Channel);

    internal Proto.EventApi.EventApiClient Events => new(Channel);

    internal Proto.ClusterApi.ClusterApiClient Cluster => new(Channel);

    internal Proto.AccessApi.AccessApiClient Access => new(Channel);

    internal IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    private GrpcChannel Channel { get; set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        var files = Files = _authority.IssueFiles(_folder.Path, "m1", role: "manager");
        _host = ManagerHost.Build(Options(SocketPath, Port) with { RestPort = RestPort, Identity = new(files.Certificate, files.Key, files.Authority) });
        await _host.StartAsync();
        var client = _host.Services.GetRequiredService<IClusterClient>();
        for (var i = 1; i <= 2; i++)
        {
            var agent = new ScriptedAgent(client, $"n{i}");
            Agents.Add(agent);
            await agent.StartAsync();
        }

        Channel = Connect(SocketPath);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (var channel in _channels) channel.Dispose();
        foreach (var client in _clients) client.Dispose();
        foreach (var agent in Agents) await agent.DisposeAsync();
        await _host.StopAsync();
        _host.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    /// <summary>Settings of a manager that is nobody else's.</summary>
    internal ManagerOptions Options(string socket, int apiPort) => new()
    {
        Name = "m1",
        DataDirectory = _folder.File("data"),
        Port = LocalPorts.Next(),
        ApiSocket = socket,
        ApiPort = apiPort,
    };

    /// <summary>A caller with a certificate of the cluster's authority, or another's.</summary>
    internal GrpcChannel ConnectByTls(X509Certificate2? certificate, SslProtocols protocols = SslProtocols.Tls13) => Connect(new SocketsHttpHandler
    {
        SslOptions = Trusting(certificate, protocols),
    }, $"https://127.0.0.1:{Port}");

    /// <summary>A path of this manager's own.</summary>
    internal string PathOf(string name) => _folder.File(name);

    /// <summary>A client's certificate with its key, as files.</summary>
    internal CertificateFiles IssueFiles(string name) => _authority.IssueFiles(_folder.Path, name, role: "client");

    /// <summary>A caller over REST.</summary>
    /// <param name="token">Its token; null: it has none.</param>
    /// <param name="certificate">Its certificate; null: it has none.</param>
    internal HttpClient Rest(string? token = null, X509Certificate2? certificate = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { SslOptions = Trusting(certificate) }) { BaseAddress = new($"https://127.0.0.1:{RestPort}") };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        _clients.Add(client);
        return client;
    }

    /// <summary>A token of a role.</summary>
    internal async Task<string> TokenAsync(Proto.ApiRole role, string name = "test") => (await Access.CreateTokenAsync(new() { Name = name, Role = role })).Token;

    /// <summary>A caller over gRPC on the port for REST.</summary>
    internal GrpcChannel ConnectToRest() => Connect(new SocketsHttpHandler { SslOptions = Trusting(null) }, $"https://127.0.0.1:{RestPort}");

    /// <summary>A certificate of the cluster's authority.</summary>
    internal X509Certificate2 Issue(string name, string? role = "client") => _authority.Issue(name, role: role);

    /// <summary>A caller on the machine.</summary>
    internal GrpcChannel Connect(string socket) => Connect(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
            return new NetworkStream(connection, ownsSocket: true);
        },
    }, "http://localhost");

    /// <summary>The service once it has come about.</summary>
    internal async Task<Proto.Service> WhenAsync(string name, Func<Proto.Service, bool> isSo)
    {
        using var limit = new CancellationTokenSource(Limit.Long);
        using var events = Events.Read(new() { Follow = true, Service = name }, cancellationToken: limit.Token);
        await events.ResponseHeadersAsync;
        var service = await Services.GetAsync(new() { Name = name });
        try
        {
            while (!isSo(service))
            {
                await events.ResponseStream.MoveNext(limit.Token);
                service = await Services.GetAsync(new() { Name = name });
            }
        }
        catch (RpcException) when (limit.IsCancellationRequested)
        {
            Assert.Fail($"{name} is not as wanted; last: {service}");
        }

        return service;
    }

    /// <summary>An entry of the audit log with what came of its call, which a follower may have been shown without.</summary>
    internal Task<Proto.AuditEntry> WithOutcomeAsync(Proto.AuditEntry entry) => Asking.UntilAsync(
        async () =>
        {
            using var limit = new CancellationTokenSource(Limit.Long);
            using var call = Access.ReadAudit(new() { Cursor = entry.Cursor - 1, Target = entry.Target }, cancellationToken: limit.Token);
            (await call.ResponseStream.MoveNext(limit.Token)).ShouldBeTrue();
            return call.ResponseStream.Current;
        },
        again => again.Outcome.Length > 0);

    private SslClientAuthenticationOptions Trusting(X509Certificate2? certificate, SslProtocols protocols = SslProtocols.Tls13) => new()
    {
        ClientCertificates = certificate is null ? null : [certificate],
        EnabledSslProtocols = protocols,
        RemoteCertificateValidationCallback = (_, shown, _, _) => shown is X509Certificate2 server && server.Issuer == _authority.Certificate.Subject,
    };

    private GrpcChannel Connect(SocketsHttpHandler handler, string address)
    {
        var channel = GrpcChannel.ForAddress(address, new() { HttpHandler = handler, DisposeHttpClient = true });
        _channels.Add(channel);
        return channel;
    }
}
