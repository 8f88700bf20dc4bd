using System.Net.Security;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Warren.Access;
using Warren.Clusters;
using Warren.Harness.Clusters;
using Warren.Nodes;
using Warren.TestSupport;
using Warren.TestSupport.Certificates;
using Warren.TestSupport.Processes;

namespace Warren.Trust.Tests;

/// <summary>What the holders of certificates can do at a manager's port for managers, workers and clients, over real connections.</summary>
public sealed class AuthorisationTests(FoundedFixture fixture) : IClassFixture<FoundedFixture>
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);
    private static readonly MethodInfo s_readFirst = typeof(AuthorisationTests).GetMethod(nameof(ReadFirstAsync), BindingFlags.Static | BindingFlags.NonPublic)!;

    private FoundedCluster Founded => fixture.Founded;

    /// <summary>By reflection over all grain interfaces that there are, so that one that is added is refused until a row says otherwise.</summary>
    [Fact]
    [Attack(AttackRow.WorkersCertificate)]
    public async Task Worker_EveryMethodOfEveryGrainButItsOwnLink_IsRefused()
    {
        await using var worker = await JoinedAsync("thief");
        await using var client = await ClusterClient.ConnectAsync(Founded.Endpoint, Founded.IdentityOf("thief"));
        await ShouldBeRefusedEverythingAsync(client, own: "thief");

        // Its output comes when it comes.
        using var limit = new CancellationTokenSource(s_limit);
        while (!Founded.Lines.Any(line => line.Contains("worker thief may not call", StringComparison.Ordinal)))
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
    }

    [Fact]
    public async Task Refusals_BeforeAnyoneLooked_AreInTheMetrics()
    {
        await using var founded = new FoundedCluster();
        await founded.StartAsync();
        await using var worker = founded.StartWorker("probing", await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker }));
        await founded.Client.UntilReadyAsync(new("probing"));
        await using var client = await ClusterClient.ConnectAsync(founded.Endpoint, founded.IdentityOf("probing"));
        for (var i = 0; i < 3; i++) await RefusalOfAsync(() => client.Grains.GetGrain<IClusterGrain>(IClusterGrain.Key).ListTokensAsync());

        var token = await founded.Client.Grains.GetGrain<IApiTokenGrain>(IApiTokenGrain.Key).CreateAsync(new() { Name = "prometheus", Role = ApiRole.Viewer });
        var page = await Tool.RunAsync(
            "curl", "-sS", "--fail-with-body", "--max-time", "30", "--cacert", founded.IdentityOf("m1").Authority, "-H", $"Authorization: Bearer {token}", $"https://{founded.RestOf("m1")}/metrics");
        page.ShouldContain("# TYPE warren_refusals_total counter\n");
        page.ShouldContain("warren_refusals_total{kind=\"call\"} 3\n");
    }

    [Fact]
    public async Task Worker_ItsOwnLink_IsAnsweredAndThatOfAnotherNodeIsNot()
    {
        await using var other = await JoinedAsync("other");
        await using var worker = await JoinedAsync("own");
        await using var client = await ClusterClient.ConnectAsync(Founded.Endpoint, Founded.IdentityOf("own"));
        await client.Grains.GetGrain<INodeLink>("own").HeartbeatAsync(session: 0, appliedVersion: 0);
        (await RefusalOfAsync(() => client.Grains.GetGrain<INodeLink>("other").HeartbeatAsync(session: 0, appliedVersion: 0))).ShouldContain("does not allow INodeLink/HeartbeatAsync of node/other");
    }

    /// <summary>A certificate for the public API is one for that alone.</summary>
    [Fact]
    [Attack(AttackRow.ClientsCertificate)]
    public async Task Client_EveryMethodOfEveryGrain_IsRefused()
    {
        await using var client = await ClusterClient.ConnectAsync(Founded.Endpoint, await ClientFilesAsync("operator"));
        await ShouldBeRefusedEverythingAsync(client, own: null);
    }

    /// <summary>At the port of managers and workers, and at that of the API.</summary>
    [Theory]
    [Attack(AttackRow.AnotherClustersCertificate, false)]
    [Attack(AttackRow.AnotherClustersCertificate, true)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connection_CertificateOfAnotherCluster_IsRefused(bool isApi)
    {
        using var folder = TempFolder.Create("stranger");
        using var stranger = TestAuthority.Create();
        var files = stranger.IssueFiles(folder.Path, "m1", role: "manager");

        // It takes this cluster for its own.
        File.Copy(Founded.IdentityOf("m1").Authority, files.Authority, overwrite: true);
        using var certificate = files.Load().Certificate;
        await ShouldHangUpAsync(isApi, certificate, SslProtocols.Tls13);
    }

    [Theory]
    [Attack(AttackRow.NoCertificate, false)]
    [Attack(AttackRow.NoCertificate, true)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connection_NoCertificate_IsRefused(bool isApi) => await ShouldHangUpAsync(isApi, null, SslProtocols.Tls13);

    [Theory]
    [Attack(AttackRow.OlderTls, false)]
    [Attack(AttackRow.OlderTls, true)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connection_OlderTls_IsRefused(bool isApi)
    {
        using var certificate = OfManager();
#pragma warning disable CA5398 // The older protocol is what is tested.
        await ShouldHangUpAsync(isApi, certificate, SslProtocols.Tls12);
#pragma warning restore CA5398
    }

    /// <summary>A worker is trusted with its own node, and the API is none of it.</summary>
    [Fact]
    [Attack(AttackRow.WorkersCertificate)]
    public async Task Api_WorkersCertificate_IsRefused()
    {
        await using var worker = await JoinedAsync("curious");
        var files = Founded.IdentityOf("curious");
        using var certificate = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
        await ShouldHangUpAsync(isApi: true, certificate, SslProtocols.Tls13);
    }

    /// <summary>What is refused above is so for what was wrong with it: a manager's certificate is let in by the same hand.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connection_ManagersCertificate_IsLetIn(bool isApi)
    {
        using var certificate = OfManager();
        (await TryConnectAsync(isApi, certificate, SslProtocols.Tls13)).ShouldBeNull();
    }

    private X509Certificate2 OfManager()
    {
        var files = Founded.IdentityOf("m1");
        return X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
    }

    private async Task<Warren.TestSupport.Processes.ChildProcess> JoinedAsync(string name)
    {
        var worker = Founded.StartWorker(name, await Founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker }));
        await Founded.Client.UntilReadyAsync(new(name));
        return worker;
    }

    private async Task<CertificateFiles> ClientFilesAsync(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        var issued = await Founded.Cluster.IssueClientAsync(new() { Name = name, SigningRequest = request });
        var files = new CertificateFiles(Founded.PathOf(name + ".crt"), Founded.PathOf(name + ".key"), Founded.PathOf(name + ".ca"));
        await File.WriteAllTextAsync(files.Certificate, issued.Certificate);
        await File.WriteAllTextAsync(files.Authority, issued.Authority);
        await File.WriteAllTextAsync(files.Key, key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(files.Key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return files;
    }

    // With arguments that are none: a call that was let in would fail in another way, or do no harm.
    private static async Task ShouldBeRefusedEverythingAsync(ClusterClient client, string? own)
    {
        var interfaces = typeof(IClusterGrain).Assembly.GetTypes().Where(type => type.IsInterface && type.IsAssignableTo(typeof(IGrain))).ToList();
        interfaces.Count.ShouldBeGreaterThan(10);
        var calls = 0;
        foreach (var type in interfaces.Append(typeof(IManagementGrain)))
        {
            var grain = GrainOf(client.Grains, type, own ?? "cluster");
            foreach (var method in type.GetInterfaces().Append(type).SelectMany(parent => parent.GetMethods()).Where(method => own is null || method.DeclaringType != typeof(INodeLink)))
            {
                (await RefusalOfAsync(() => InvokeAsync(grain, method))).ShouldContain("does not allow", customMessage: $"{type.Name}.{method.Name}");
                calls++;
            }
        }

        calls.ShouldBeGreaterThan(50);
    }

    private static object GrainOf(IGrainFactory grains, Type type, string key)
    {
        object of = type.IsAssignableTo(typeof(IGrainWithIntegerKey)) ? 0L
            : type.IsAssignableTo(typeof(IGrainWithStringKey)) ? key
            : throw new NotSupportedException($"{type} has another kind of key: add it here");
        var get = typeof(IGrainFactory).GetMethods().Single(method =>
            method.IsGenericMethod && method.GetParameters() is [{ } first, { } second] && first.ParameterType == of.GetType() && second.ParameterType == typeof(string));
        return get.MakeGenericMethod(type).Invoke(grains, [of, null])!;
    }

    private static async Task InvokeAsync(object grain, MethodInfo method)
    {
        var arguments = method.GetParameters().Select(parameter => parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null).ToArray();
        var result = method.Invoke(grain, arguments);
        if (result is Task task) await task;
        else if (result?.GetType() is { IsGenericType: true } value && value.GetGenericTypeDefinition() == typeof(ValueTask<>))
            await (Task)value.GetMethod(nameof(ValueTask<int>.AsTask))!.Invoke(result, null)!;
        else if (result?.GetType().GetInterfaces().FirstOrDefault(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)) is { } stream)
            await (Task)s_readFirst.MakeGenericMethod(stream.GenericTypeArguments).Invoke(null, [result])!;
        else throw new NotSupportedException($"{method} returns something else than a task: add it here");
    }

    private static async Task ReadFirstAsync<T>(IAsyncEnumerable<T> stream)
    {
        await foreach (var _ in stream) return;
    }

    private static async Task<string> RefusalOfAsync(Func<Task> call)
    {
        try
        {
            await call().WaitAsync(s_limit);
            return "it was answered";
        }
        catch (OrleansMessageRejectionException refusal)
        {
            return refusal.Message;
        }
        catch (Exception failure) when (failure is not TimeoutException)
        {
            return $"it was let in, and failed: {failure}";
        }
    }

    private async Task ShouldHangUpAsync(bool isApi, X509Certificate2? certificate, SslProtocols protocols)
    {
        var failure = await TryConnectAsync(isApi, certificate, protocols);
        (failure is AuthenticationException or IOException).ShouldBeTrue(failure?.ToString() ?? "it was let in");
    }

    // By TLS 1.3 the side that dials hears only afterwards that it was refused. One that is let in is answered, to the beginning of HTTP/2
    // or, by managers, to a frame that is none.
    private async Task<Exception?> TryConnectAsync(bool isApi, X509Certificate2? certificate, SslProtocols protocols)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(isApi ? Founded.ApiOf("m1") : Founded.Endpoint);
        await using var stream = new SslStream(connection.GetStream());
        using var limit = new CancellationTokenSource(s_limit);
        return await Record.ExceptionAsync(async () =>
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "warren",
                    EnabledSslProtocols = protocols,
                    ApplicationProtocols = isApi ? [SslApplicationProtocol.Http2] : null,
                    ClientCertificates = certificate is null ? null : [certificate],
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
                },
                limit.Token);
            await stream.WriteAsync(isApi ? "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray() : new byte[5], limit.Token);
            if (await stream.ReadAsync(new byte[1], limit.Token) == 0) throw new IOException("it hung up");
        });
    }
}
