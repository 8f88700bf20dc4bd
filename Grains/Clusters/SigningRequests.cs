using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Warren.Nodes;
using Warren.Security;

namespace Warren.Grains.Clusters;

/// <summary>What a machine that wants a certificate signs with its key.</summary>
internal static class SigningRequests
{
    private const string CommonName = "2.5.4.3";

    /// <summary>Reads one, and checks that it is signed by the key in it.</summary>
    /// <exception cref="CryptographicException">It is none, or is signed by another key.</exception>
    public static PublicKey KeyOf(ReadOnlyMemory<byte> request) => Read(request).PublicKey;

    /// <summary>Reads that of a machine that joins, which names the node that it is for: sent again, it makes no other node of the same key.</summary>
    /// <exception cref="CryptographicException">It is none, is signed by another key, or was made for another node.</exception>
    public static PublicKey KeyOf(ReadOnlyMemory<byte> request, NodeId node)
    {
        var read = Read(request);
        var isForIt = read.SubjectName.EnumerateRelativeDistinguishedNames().ToArray() is [{ HasMultipleElements: false } name]
            && name.GetSingleElementType().Value == CommonName && name.GetSingleElementValue() == node.Value;
        if (!isForIt) throw new CryptographicException($"it was made for '{read.SubjectName.Name}', and the node is {node}");
        return read.PublicKey;
    }

    /// <summary>By which a key is remembered.</summary>
    public static string DigestOf(PublicKey key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    /// <summary>The names and addresses that a manager asks for; it has the data key, so that it may name itself as it wants. All else in a request is left out.</summary>
    public static IReadOnlyList<string> HostsOf(ReadOnlyMemory<byte> request) => CertificateHosts.Of(CertificateRequest.LoadSigningRequest(
        request.ToArray(), HashAlgorithmName.SHA384, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions));

    private static CertificateRequest Read(ReadOnlyMemory<byte> request) => CertificateRequest.LoadSigningRequest(request.ToArray(), HashAlgorithmName.SHA384);
}
