using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Warren.Grains.Clusters;

/// <summary>What a machine that wants a certificate signs with its key.</summary>
internal static class SigningRequests
{
    /// <summary>Reads one, and checks that it is signed by the key in it.</summary>
    /// <exception cref="CryptographicException">It is none, or is signed by another key.</exception>
    public static PublicKey KeyOf(ReadOnlyMemory<byte> request) =>
        CertificateRequest.LoadSigningRequest(request.ToArray(), HashAlgorithmName.SHA384).PublicKey;

    /// <summary>By which a key is remembered.</summary>
    public static string DigestOf(PublicKey key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
}
