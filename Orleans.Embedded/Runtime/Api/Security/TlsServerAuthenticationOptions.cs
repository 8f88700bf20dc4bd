using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Orleans.Connections.Security;

/// <summary>The settings of one TLS handshake on the side that was dialled.</summary>
public class TlsServerAuthenticationOptions
{
    public X509Certificate? ServerCertificate
    {
        get => Value.ServerCertificate;
        set => Value.ServerCertificate = value;
    }

    /// <summary>Chooses the certificate, in place of <see cref="ServerCertificate"/>.</summary>
    public ServerCertificateSelectionCallback? ServerCertificateSelectionCallback
    {
        get => Value.ServerCertificateSelectionCallback is { } callback ? new ServerCertificateSelectionCallback(callback.Invoke) : null;
        set => Value.ServerCertificateSelectionCallback =
            value is null ? null : new System.Net.Security.ServerCertificateSelectionCallback(value.Invoke);
    }

    /// <summary>Whether the other side is asked for a certificate.</summary>
    public bool ClientCertificateRequired
    {
        get => Value.ClientCertificateRequired;
        set => Value.ClientCertificateRequired = value;
    }

    public SslProtocols EnabledSslProtocols
    {
        get => Value.EnabledSslProtocols;
        set => Value.EnabledSslProtocols = value;
    }

    public X509RevocationMode CertificateRevocationCheckMode
    {
        get => Value.CertificateRevocationCheckMode;
        set => Value.CertificateRevocationCheckMode = value;
    }

    /// <summary>The platform's own options, of type <see cref="System.Net.Security.SslServerAuthenticationOptions"/>.</summary>
    public object SslServerAuthenticationOptions => Value;

    internal SslServerAuthenticationOptions Value { get; } = new() { AllowRenegotiation = false, AllowTlsResume = false };
}
