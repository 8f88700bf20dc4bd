using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Warren.Grains.Clusters;
using Warren.Grains.Nodes;
using Warren.Security;
using Warren.Silo.Api.Endpoints;
using Warren.Silo.Api.Errors;
using Warren.Silo.Api.Planning;
using Warren.Silo.Api.Writes;
using Warren.Silo.Authorisation;
using Warren.Silo.Secrets;

namespace Warren.Silo.Api.Hosting;

/// <summary>The web application that answers the API's calls.</summary>
internal static class ApiApplication
{
    /// <summary>Builds it, not started.</summary>
    /// <param name="settings">Where it is served.</param>
    /// <param name="manager">The services of the manager.</param>
    /// <param name="connections">Where its connections come from.</param>
    /// <param name="lifetime">Tells when it ends.</param>
    public static WebApplication Build(ApiSettings settings, IServiceProvider manager, HandedConnections connections, ApiLifetime lifetime)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, settings, manager));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton<IConnectionListenerFactory>(connections);
        builder.Services.AddSingleton(manager.GetRequiredService<ILoggerFactory>());
        builder.Services.AddSingleton(manager.GetRequiredService<IGrainFactory>());
        builder.Services.AddSingleton(manager.GetRequiredService<NodeView>());
        builder.Services.AddSingleton(manager.GetRequiredService<TimeProvider>());
        builder.Services.AddSingleton(_ => manager.GetRequiredService<ClusterKeys>());
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(lifetime);
        builder.Services.AddSingleton<WriteLedger>();
        builder.Services.AddSingleton<NodeLookup>();
        builder.Services.AddSingleton<Planner>();
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<ErrorInterceptor>());
        var application = builder.Build();
        application.MapGrpcService<ServiceEndpoint>();
        application.MapGrpcService<TaskEndpoint>();
        application.MapGrpcService<NodeEndpoint>();
        application.MapGrpcService<SecretEndpoint>();
        application.MapGrpcService<ConfigEndpoint>();
        application.MapGrpcService<VolumeEndpoint>();
        application.MapGrpcService<PlanEndpoint>();
        application.MapGrpcService<LogEndpoint>();
        application.MapGrpcService<EventEndpoint>();
        application.MapGrpcService<ClusterEndpoint>();
        return application;
    }

    private static void Configure(KestrelServerOptions kestrel, ApiSettings settings, IServiceProvider manager)
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(new UnixDomainSocketEndPoint(settings.SocketPath), listen => listen.Protocols = HttpProtocols.Http2);
        if (settings.Certificates is not { } certificates) return;
        kestrel.Listen(settings.Endpoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            var refusals = manager.GetRequiredService<Refusals>();
            var (board, time) = (manager.GetRequiredService<TrustBoard>(), manager.GetRequiredService<TimeProvider>());
            listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Handshake(certificates, refusals)) });
            listen.Use(next => connection => CertificateLife.ServeAsync(connection, next, board, time));
        });
    }

    // For each connection anew, so that a renewed certificate is shown from the next one on.
    private static SslServerAuthenticationOptions Handshake(ICertificateProvider certificates, Refusals refusals) => new()
    {
        ServerCertificate = certificates.Own,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is X509Certificate2 shown && certificates.IsTrusted(shown) && MayCall(shown, refusals),
    };

    // A worker is trusted with its own node alone.
    private static bool MayCall(X509Certificate2 certificate, Refusals refusals)
    {
        if (CertificateSubject.TryRead(certificate, out var subject) && subject.Role is CertificateRole.Client or CertificateRole.Manager) return true;
        refusals.Note($"the holder of '{certificate.Subject}'", "use the API", "api");
        return false;
    }
}
