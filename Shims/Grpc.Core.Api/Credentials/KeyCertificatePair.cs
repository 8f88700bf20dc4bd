namespace Grpc.Core;

/// <summary>A certificate and its private key.</summary>
public sealed class KeyCertificatePair
{
    /// <param name="certificateChain">PEM of the certificate, then of its issuers.</param>
    /// <param name="privateKey">PEM of the private key.</param>
    public KeyCertificatePair(string certificateChain, string privateKey)
    {
        ArgumentNullException.ThrowIfNull(certificateChain);
        ArgumentNullException.ThrowIfNull(privateKey);
        CertificateChain = certificateChain;
        PrivateKey = privateKey;
    }

    /// <summary>PEM of the certificate, then of its issuers.</summary>
    public string CertificateChain { get; }

    /// <summary>PEM of the private key.</summary>
    public string PrivateKey { get; }
}
