using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Connections.Security;
using Orleans.Runtime;
using Orleans.Runtime.Networking;

namespace Orleans.Hosting;

/// <summary>Protects the connections of a silo or client with TLS.</summary>
public static class OrleansConnectionSecurityHostingExtensions
{
    /// <exception cref="OrleansConfigurationException">The silo has no certificate to show, or one that is not meant for this use.</exception>
    public static ISiloBuilder UseTls(this ISiloBuilder builder, Action<TlsOptions> configureOptions)
    {
        var options = new TlsOptions();
        configureOptions(options);
        if (options.LocalCertificate is null && options.LocalServerCertificateSelector is null)
        {
            throw new OrleansConfigurationException(
                $"TLS: a silo needs {nameof(TlsOptions.LocalCertificate)} or {nameof(TlsOptions.LocalServerCertificateSelector)}.");
        }

        Add(builder.Services, options);
        return builder;
    }

    /// <inheritdoc cref="UseTls(ISiloBuilder, Action{TlsOptions})"/>
    public static ISiloBuilder UseTls(this ISiloBuilder builder, X509Certificate2 certificate, Action<TlsOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return builder.UseTls(options =>
        {
            options.LocalCertificate = certificate;
            configureOptions(options);
        });
    }

    /// <inheritdoc cref="UseTls(ISiloBuilder, Action{TlsOptions})"/>
    public static ISiloBuilder UseTls(this ISiloBuilder builder, X509Certificate2 certificate) => builder.UseTls(certificate, static _ => { });

    /// <exception cref="OrleansConfigurationException">The client must have a certificate and has none, or one that is not meant for this use.</exception>
    public static IClientBuilder UseTls(this IClientBuilder builder, Action<TlsOptions> configureOptions)
    {
        var options = new TlsOptions();
        configureOptions(options);
        if (options is { ClientCertificateMode: RemoteCertificateMode.RequireCertificate, LocalCertificate: null, LocalClientCertificateSelector: null })
        {
            throw new OrleansConfigurationException(
                $"TLS: {nameof(TlsOptions.ClientCertificateMode)} demands {nameof(TlsOptions.LocalCertificate)} "
                + $"or {nameof(TlsOptions.LocalClientCertificateSelector)}.");
        }

        Add(builder.Services, options);
        return builder;
    }

    /// <inheritdoc cref="UseTls(IClientBuilder, Action{TlsOptions})"/>
    public static IClientBuilder UseTls(this IClientBuilder builder, X509Certificate2 certificate, Action<TlsOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return builder.UseTls(options =>
        {
            options.LocalCertificate = certificate;
            configureOptions(options);
        });
    }

    /// <inheritdoc cref="UseTls(IClientBuilder, Action{TlsOptions})"/>
    public static IClientBuilder UseTls(this IClientBuilder builder, X509Certificate2 certificate) => builder.UseTls(certificate, static _ => { });

    private static void Add(IServiceCollection services, TlsOptions options) =>
        services.AddSingleton<TransportSecurity>(provider =>
            new TlsTransportSecurity(options, provider.GetService<TimeProvider>() ?? TimeProvider.System));
}
