using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace Orleans.Connections.Security;

/// <summary>How connections between silos and clients are protected. Every handshake reads them anew.</summary>
public class TlsOptions
{
    /// <summary>The certificate of this process, for both sides of a connection, where no selector is set. Default none.</summary>
    public X509Certificate2? LocalCertificate { get; set; }

    /// <summary>
    /// Chooses the certificate for a connection that was made to this process; gets the connection and the name that the other side
    /// asked for. It is asked at each handshake, so that a renewed certificate takes effect without a restart. Default none.
    /// </summary>
    public Func<ConnectionContext, string?, X509Certificate2>? LocalServerCertificateSelector { get; set; }

    /// <summary>
    /// Chooses the certificate for a connection that this process makes; gets the sender, the target host, the local certificates,
    /// the other side's certificate and the acceptable issuers. It is asked at each handshake. Default none.
    /// </summary>
    public Func<object, string, X509CertificateCollection, X509Certificate?, string[], X509Certificate2?>? LocalClientCertificateSelector { get; set; }

    /// <summary>What is demanded of the other side's certificate. Default <see cref="RemoteCertificateMode.RequireCertificate"/>.</summary>
    public RemoteCertificateMode RemoteCertificateMode { get; set; } = RemoteCertificateMode.RequireCertificate;

    /// <summary>
    /// What is demanded of this process when it dials: with <see cref="RemoteCertificateMode.RequireCertificate"/> it must have a
    /// certificate of its own, with <see cref="RemoteCertificateMode.NoCertificate"/> it shows none. Default
    /// <see cref="RemoteCertificateMode.AllowCertificate"/>: it shows one if it has one.
    /// </summary>
    public RemoteCertificateMode ClientCertificateMode { get; set; } = RemoteCertificateMode.AllowCertificate;

    /// <summary>Decides whether the other side's certificate is good, in place of the platform's rules. Default none.</summary>
    public RemoteCertificateValidator? RemoteCertificateValidation { get; set; }

    /// <summary>The protocol versions allowed. Default TLS 1.3 alone.</summary>
    public SslProtocols SslProtocols { get; set; } = SslProtocols.Tls13;

    /// <summary>Whether the platform asks the certificate's authority if it has been revoked. Default false.</summary>
    public bool CheckCertificateRevocation { get; set; }

    /// <summary>May change the settings of one handshake, after all others have been applied, on the side that was dialled.</summary>
    public Action<ConnectionContext, TlsServerAuthenticationOptions>? OnAuthenticateAsServer { get; set; }

    /// <summary>May change the settings of one handshake, after all others have been applied, on the side that dials; sets the target host.</summary>
    public Action<ConnectionContext, TlsClientAuthenticationOptions>? OnAuthenticateAsClient { get; set; }

    /// <summary>The time a TLS handshake may take; <see cref="Timeout.InfiniteTimeSpan"/> for no limit of its own. Default 10 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public TimeSpan HandshakeTimeout
    {
        get;
        set
        {
            if (value != Timeout.InfiniteTimeSpan) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(10);

    /// <summary>Accepts whatever certificate the other side shows: for experiments only.</summary>
    public void AllowAnyRemoteCertificate() => RemoteCertificateValidation = static (_, _, _) => true;
}
