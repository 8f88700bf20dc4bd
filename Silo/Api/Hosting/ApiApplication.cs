using System.Net;
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
using Warren.Silo.Api.Access;
using Warren.Silo.Api.Endpoints;
using Warren.Silo.Api.Errors;
using Warren.Silo.Api.Observing;
using Warren.Silo.Api.Planning;
using Warren.Silo.Api.Rest;
using Warren.Silo.Api.Writes;
using Warren.Silo.Authorisation;
using Warren.Silo.Secrets;
using Warren.Silo.Stores;

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
        builder.Services.AddSingleton(manager.GetRequiredService<Refusals>());
        builder.Services.AddSingleton<Callers>();
        builder.Services.AddSingleton<ApiMeters>();
        builder.Services.AddSingleton<AuditTrail>();
        builder.Services.AddSingleton<AccessInterceptor>();
        builder.Services.AddSingleton<ErrorInterceptor>();
        builder.Services.AddSingleton<WriteInterceptor>();
        builder.Services.AddSingleton<RestGateway>();
        builder.Services.AddSingleton(manager.GetRequiredService<WarrenStore>());
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSingleton<ClusterGauges>();
        builder.Services.AddSingleton<MetricsPage>();
        builder.Services.AddSingleton<OpenApiDocument>();

        // The first is the outermost. What is unknown is answered in the way of HTTP, which clients of gRPC understand, too.
        builder.Services.AddGrpc(grpc =>
        {
            grpc.IgnoreUnknownServices = true;
            grpc.Interceptors.Add<AccessInterceptor>();
            grpc.Interceptors.Add<ErrorInterceptor>();
            grpc.Interceptors.Add<WriteInterceptor>();
        });
        builder.Services.AddGrpcReflection();
        var application = builder.Build();
        application.Use(next => http => RestGateway.ExplainAsync(http, next));
        application.MapGrpcService<ServiceEndpoint>();
        application.MapGrpcService<TaskEndpoint>();
        application.MapGrpcService<NodeEndpoint>();
        application.MapGrpcService<SecretEndpoint>();
        application.MapGrpcService<ConfigEndpoint>();
        application.MapGrpcService<VolumeEndpoint>();
        application.MapGrpcService<PlanEndpoint>();
        application.MapGrpcService<LogEndpoint>();
        application.MapGrpcService<ExecEndpoint>();
        application.MapGrpcService<StatsEndpoint>();
        application.MapGrpcService<ImageEndpoint>();
        application.MapGrpcService<EventEndpoint>();
        application.MapGrpcService<ClusterEndpoint>();
        application.MapGrpcService<AccessEndpoint>();
        application.MapGrpcService<HealthEndpoint>();
        application.MapGrpcReflectionService();
        application.Services.GetRequiredService<RestGateway>().Map(application);
        application.Services.GetRequiredService<Readiness>().Map(application);
        application.Services.GetRequiredService<MetricsPage>().Map(application);
        application.Services.GetRequiredService<OpenApiDocument>().Map(application);
        return application;
    }

    private static void Configure(KestrelServerOptions kestrel, ApiSettings settings, IServiceProvider manager)
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(new UnixDomainSocketEndPoint(settings.SocketPath), listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(next => connection =>
            {
                connection.Items[Callers.SocketMark] = true;
                return next(connection);
            });
        });
        if (settings.Certificates is not { } certificates) return;
        var refusals = manager.GetRequiredService<Refusals>();
        var (board, time) = (manager.GetRequiredService<TrustBoard>(), manager.GetRequiredService<TimeProvider>());
        Listen(settings.Endpoint, HttpProtocols.Http2, needsCertificate: true);
        Listen(settings.RestEndpoint, HttpProtocols.Http1AndHttp2, needsCertificate: false);

        void Listen(IPEndPoint endpoint, HttpProtocols protocols, bool needsCertificate) => kestrel.Listen(endpoint, listen =>
        {
            listen.Protocols = protocols;
            listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Handshake(certificates, refusals, protocols, needsCertificate)) });
            listen.Use(next => connection => CertificateLife.ServeAsync(connection, next, board, time));
        });
    }

    // For each connection anew, so that a renewed certificate is shown from the next one on. Whoever may come without a certificate, and shows one, has to be trusted.
    private static SslServerAuthenticationOptions Handshake(ICertificateProvider certificates, Refusals refusals, HttpProtocols protocols, bool needsCertificate) => new()
    {
        ServerCertificate = certificates.Own,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        ApplicationProtocols = protocols == HttpProtocols.Http2 ? [SslApplicationProtocol.Http2] : [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is X509Certificate2 shown
            ? certificates.IsTrusted(shown) && MayCall(shown, refusals)
            : certificate is null && !needsCertificate,
    };

    // A worker is trusted with its own node alone.
    private static bool MayCall(X509Certificate2 certificate, Refusals refusals)
    {
        if (CertificateSubject.TryRead(certificate, out var subject) && subject.Role is CertificateRole.Client or CertificateRole.Manager) return true;
        refusals.Note($"the holder of '{certificate.Subject}'", "use the API", "api");
        return false;
    }
}
