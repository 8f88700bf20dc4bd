using Orleans.Connections.Security;
using Warren.Security;

namespace Warren.Hosting.Security;

/// <summary>Protects the connections of silos and clients with mutual TLS.</summary>
public static class CertificateHostingExtensions
{
    /// <summary>
    /// Both sides of each connection show a certificate and check the other's, as the provider says; TLS 1.3 alone. Host names are not
    /// compared: who is a member of the cluster, its authority decides.
    /// </summary>
    public static ISiloBuilder UseCertificates(this ISiloBuilder builder, ICertificateProvider certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        return builder.UseTls(options => Apply(options, certificates));
    }

    /// <inheritdoc cref="UseCertificates(ISiloBuilder, ICertificateProvider)"/>
    public static IClientBuilder UseCertificates(this IClientBuilder builder, ICertificateProvider certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        return builder.UseTls(options => Apply(options, certificates));
    }

    private static void Apply(TlsOptions options, ICertificateProvider certificates)
    {
        options.LocalServerCertificateSelector = (_, _) => certificates.Own;
        options.LocalClientCertificateSelector = (_, _, _, _, _) => certificates.Own;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (remote, _, _) => certificates.IsTrusted(remote);
        options.OnAuthenticateAsClient = static (_, handshake) => handshake.TargetHost = RoleHost.ServiceId;
    }
}
