using System.Security.Cryptography.X509Certificates;

namespace Warren.Security;

/// <summary>
/// By which certificate a process shows the others of its cluster who it is, and whose it trusts. Asked at each handshake, on several
/// threads at once, so that a renewed certificate or authority takes effect without a restart; it answers from memory and does not block.
/// </summary>
public interface ICertificateProvider
{
    /// <summary>
    /// The certificate of this process, with its key, for connections that it makes and that it takes. Whoever replaces it leaves the former
    /// one undisposed until handshakes under way have ended.
    /// </summary>
    X509Certificate2 Own { get; }

    /// <summary>Whether a certificate is valid now and belongs to a process of this cluster. Throws nothing.</summary>
    bool IsTrusted(X509Certificate2 certificate);
}
