using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Orleans.Connections.Security;

/// <summary>The settings of one TLS handshake on the side that dials.</summary>
public class TlsClientAuthenticationOptions
{
    /// <summary>Certificates to choose from.</summary>
    public X509CertificateCollection? ClientCertificates
    {
        get => Value.ClientCertificates;
        set => Value.ClientCertificates = value;
    }

    /// <summary>Chooses the certificate, in place of <see cref="ClientCertificates"/>.</summary>
    public ClientCertificateSelectionCallback? LocalCertificateSelectionCallback
    {
        get => Value.LocalCertificateSelectionCallback is { } callback ? new ClientCertificateSelectionCallback(callback.Invoke!) : null;
        set => Value.LocalCertificateSelectionCallback = value is null ? null : new LocalCertificateSelectionCallback(value.Invoke!);
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

    /// <summary>
    /// The name that the other side's certificate must carry; it is sent to the other side too. Without one, and without a
    /// <see cref="TlsOptions.RemoteCertificateValidation"/> that tolerates it, no certificate is accepted.
    /// </summary>
    public string? TargetHost
    {
        get => Value.TargetHost;
        set => Value.TargetHost = value;
    }

    /// <summary>The platform's own options, of type <see cref="System.Net.Security.SslClientAuthenticationOptions"/>.</summary>
    public object SslClientAuthenticationOptions => Value;

    internal SslClientAuthenticationOptions Value { get; } = new() { AllowRenegotiation = false, AllowTlsResume = false };
}
