using Orleans.Connections.Security;
using Warren.Security;

namespace Warren.Client.Security;

/// <summary>Protects the connections of a client with mutual TLS.</summary>
public static class ClientBuilderCertificateExtensions
{
    /// <summary>
    /// Both sides of each connection show a certificate and check the other's, as the provider says; TLS 1.3 alone. Host names are not
    /// compared: who is a member of the cluster, its authority decides.
    /// </summary>
    public static IClientBuilder UseCertificates(this IClientBuilder builder, ICertificateProvider certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        return builder.UseTls(options =>
        {
            options.LocalServerCertificateSelector = (_, _) => certificates.Own;
            options.LocalClientCertificateSelector = (_, _, _, _, _) => certificates.Own;
            options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
            options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
            options.RemoteCertificateValidation = (remote, _, _) => certificates.IsTrusted(remote);
            options.OnAuthenticateAsClient = static (_, handshake) => handshake.TargetHost = "warren";
        });
    }
}
