using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Warren.Clusters;
using Warren.Hosting.Files;
using Warren.Nodes;
using Warren.Security;

namespace Warren.Hosting.Identities;

/// <summary>
/// The folder <c>identity</c> in a process's data folder: the key that was made there and never leaves it, the certificate that the cluster gave for it,
/// and the cluster's authority. The certificate comes last, so that a folder that has it has all.
/// </summary>
public sealed class IdentityFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;

    /// <param name="dataFolder">The process's data folder.</param>
    public IdentityFolder(string dataFolder) => _path = Path.Combine(dataFolder, "identity");

    /// <summary>By which names and addresses others reach the process, for its certificate. Default: none.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Where the three lie.</summary>
    public IdentityFiles Files => new(PathOf("node.crt"), PathOf("node.key"), PathOf("authority.crt"));

    /// <summary>Whether a certificate was given.</summary>
    public bool HasCertificate => File.Exists(Files.Certificate);

    /// <summary>Whether there is none, or its time is over, so that a token is needed. One that cannot be read is there: what is wrong with it says <see cref="Identity.Load"/>.</summary>
    public bool NeedsCertificate(DateTimeOffset now)
    {
        if (!HasCertificate) return true;
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(Files.Certificate);
            return certificate.NotAfter.ToUniversalTime() <= now;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The path of a file in it.</summary>
    public string PathOf(string name) => Path.Combine(_path, name);

    /// <summary>The node's id, made at the first call and kept for good.</summary>
    /// <param name="initial">The letter that a new one begins with.</param>
    public NodeId EnsureNode(char initial)
    {
        var file = PathOf("node-id");
        if (!File.Exists(file)) Write("node-id", initial + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", NodeId.MaxLength - 1) + "\n");
        return NodeId.TryParse(File.ReadAllText(file).Trim(), out var id) ? id : throw new InvalidDataException($"{file}: holds no node id: {NodeId.Rule}");
    }

    /// <summary>The key, made at the first call. It is on P-256 and belongs to the node for good.</summary>
    /// <exception cref="InvalidDataException">The file holds no key.</exception>
    public ECDsa EnsureKey()
    {
        if (!File.Exists(Files.Key))
        {
            using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            Write("node.key", made.ExportPkcs8PrivateKeyPem() + "\n");
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(Files.Key));
            return key;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new InvalidDataException($"{Files.Key}: holds no key: {failure.Message}; bring the file back, or empty {_path} and join anew under another node id", failure);
        }
    }

    /// <summary>When the certificate was issued, and when it ends.</summary>
    public (DateTimeOffset IssuedAt, DateTimeOffset EndsAt) Life()
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Files.Certificate);
        return (certificate.NotBefore.ToUniversalTime() + CertificateAuthority.ClockSkew, certificate.NotAfter.ToUniversalTime());
    }

    /// <summary>A PKCS #10 request for a certificate of the key.</summary>
    /// <param name="subject">What it is for. Default: another certificate in place of the one that it has.</param>
    public byte[] CreateSigningRequest(string subject = "CN=renewal")
    {
        using var key = EnsureKey();
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (CertificateHosts.ToExtension(Hosts) is { } names) request.CertificateExtensions.Add(names);
        return request.CreateSigningRequest();
    }

    /// <summary>Takes another certificate for the key in place of the one that it has.</summary>
    /// <param name="pem">As PEM.</param>
    /// <exception cref="InvalidDataException">It is none, or one for another key.</exception>
    public void Replace(string pem)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            using var key = EnsureKey();
            if (!certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
                throw new InvalidDataException("the certificate that was given is for another key");
        }
        catch (CryptographicException failure)
        {
            throw new InvalidDataException($"what was given is no certificate: {failure.Message}", failure);
        }

        Write("node.crt", pem.Trim() + "\n");
    }

    /// <summary>The digest of the authority that has issued the certificate; empty if it is none of those that are trusted.</summary>
    public string Issuer()
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Files.Certificate);
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(Files.Authority);
        return CertificateAuthority.IssuerOf(certificate, authorities) is { } issuer ? JoinToken.DigestOf(issuer.RawData) : "";
    }

    /// <summary>Trusts these authorities, and no others; writes nothing if it does already.</summary>
    /// <param name="authorities">As PEM.</param>
    public void Trust(string authorities)
    {
        var text = authorities.Trim() + "\n";
        if (File.ReadAllText(Files.Authority) != text) Write("authority.crt", text);
    }

    /// <summary>Takes the certificate for the key.</summary>
    /// <param name="certificate">As PEM.</param>
    /// <param name="authority">Those of the authorities that are trusted, as PEM.</param>
    public void Save(string certificate, string authority)
    {
        Write("authority.crt", authority.Trim() + "\n");
        Write("node.crt", certificate.Trim() + "\n");
    }

    /// <summary>Deletes it with all that is in it, the key first. Called again it does nothing.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Erase()
    {
        if (!Directory.Exists(_path)) return;
        File.Delete(Files.Key);
        Directory.Delete(_path, recursive: true);
        DurableFile.FlushFolder(Path.GetDirectoryName(_path)!);
    }

    /// <summary>Writes a file of it, whole and durable or not at all, readable for its owner alone.</summary>
    public void Write(string name, string text)
    {
        if (!Directory.Exists(_path))
        {
            Directory.CreateDirectory(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            DurableFile.FlushFolder(Path.GetDirectoryName(_path)!);
        }

        DurableFile.Write(PathOf(name), Encoding.UTF8.GetBytes(text), OwnerOnly);
    }
}
