using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Warren.Hosting.Security;
using Warren.Nodes;
using Warren.Security;
using Warren.Services;

namespace Warren.Agent.Assignments;

/// <summary>
/// Seals the contents of secrets for the disk under a key that follows from the node's private key, bound to node, service, version and path: the file
/// with the assignments says nothing without the file with the key. Not thread-safe.
/// </summary>
internal sealed class NodeSealer(NodeId node, ICertificateProvider identity)
{
    private static readonly byte[] s_purpose = "warren assignments 1"u8.ToArray();

    private X509Certificate2? _certificate;
    private ValueSealer? _sealer;

    /// <summary>Whether the node has another private key than the last value was sealed or opened with; what is on the disk is to be sealed anew then.</summary>
    public bool HasOtherKey()
    {
        var own = identity.Own;
        if (_certificate is null || ReferenceEquals(_certificate, own)) return false;
        if (!HasSameKey(_certificate, own)) return true;
        _certificate = own;
        return false;
    }

    /// <summary>From now on the present key counts.</summary>
    public void TakeKey() => Sealer();

    /// <summary>The content of a file, sealed.</summary>
    public byte[] Seal(ServiceName service, long version, TaskFile file) =>
        Sealer().Seal(file.Content.Span, version, node.Value, service.Value, file.Target);

    /// <summary>The content of a file; null if the node had another key then, or it was changed.</summary>
    public byte[]? Open(ServiceName service, long version, TaskFile file) =>
        Sealer().Open(file.Content.Span, version, node.Value, service.Value, file.Target);

    /// <summary>Something else that is kept, sealed.</summary>
    /// <param name="purpose">What it is; it opens as nothing else.</param>
    /// <param name="content">What is in it.</param>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> content) => Sealer().Seal(content, 0, node.Value, purpose);

    /// <summary>What was sealed; null if the node had another key then, or it was changed.</summary>
    /// <param name="purpose">As it was sealed.</param>
    /// <param name="sealedContent">What came of it.</param>
    public byte[]? Open(string purpose, ReadOnlySpan<byte> sealedContent) => Sealer().Open(sealedContent, 0, node.Value, purpose);

    private ValueSealer Sealer()
    {
        var own = identity.Own;
        if (_sealer is not null && ReferenceEquals(own, _certificate)) return _sealer;
        _certificate = own;
        var key = PrivateKeyOf(own);
        _sealer = new(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, ValueSealer.KeySize, Encoding.UTF8.GetBytes(node.Value), s_purpose));
        CryptographicOperations.ZeroMemory(key);
        return _sealer;
    }

    private static bool HasSameKey(X509Certificate2 left, X509Certificate2 right) =>
        left.GetPublicKey().AsSpan().SequenceEqual(right.GetPublicKey());

    private static byte[] PrivateKeyOf(X509Certificate2 certificate)
    {
        using var elliptic = certificate.GetECDsaPrivateKey();
        if (elliptic is not null) return elliptic.ExportParameters(includePrivateParameters: true).D!;
        using var rsa = certificate.GetRSAPrivateKey()
            ?? throw new NotSupportedException($"the key of {certificate.Subject} is neither of an elliptic curve nor RSA");
        return rsa.ExportParameters(includePrivateParameters: true).D!;
    }
}
