using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Warren.Security;

namespace Warren.Hosting.Identities;

/// <summary>A process's certificate with its key, and the authorities it trusts.</summary>
public sealed class Identity
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private static readonly TimeSpan s_instant = TimeSpan.FromSeconds(1);

    private Identity(X509Certificate2 certificate, X509Certificate2Collection authorities) =>
        (Certificate, Authorities) = (certificate, authorities);

    /// <summary>The certificate, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The trusted authorities.</summary>
    public X509Certificate2Collection Authorities { get; }

    /// <summary>Reads the files.</summary>
    /// <param name="files">Where they are.</param>
    /// <param name="now">The time by which the certificate must be valid.</param>
    /// <param name="mayHaveEnded">Whether one that has ended is taken all the same. Default: no.</param>
    /// <exception cref="IdentityException">They cannot be used.</exception>
    public static Identity Load(IdentityFiles files, DateTimeOffset now, bool mayHaveEnded = false)
    {
        var problems = new List<string>();
        var authorities = new X509Certificate2Collection();
        Try(files.Authority, "the authority's certificate", () => authorities.ImportFromPemFile(files.Authority));
        if (File.Exists(files.Key) && (File.GetUnixFileMode(files.Key) & Others) != 0)
            problems.Add($"{files.Key}: the key can be read by other users; run: chmod 600 {files.Key}");
        X509Certificate2? certificate = null;
        Try(files.Key, "the key", () => _ = File.ReadAllBytes(files.Key));
        Try(files.Certificate, "the certificate", () => certificate = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key));
        if (certificate is not null && !mayHaveEnded && EndOf(certificate, files, now) is { } ended)
            problems.Add($"{ended}: if that is right, start it with a new join token (--token), or put a new certificate in its place");
        if (authorities.Count == 0 && problems.Count == 0)
            problems.Add($"{files.Authority}: holds no certificate");
        return problems.Count == 0 ? new(certificate!, authorities) : throw new IdentityException(problems);

        void Try(string file, string what, Action read)
        {
            if (problems.Any(problem => problem.StartsWith(file + ":", StringComparison.Ordinal))) return;
            try
            {
                read();
            }
            catch (FileNotFoundException)
            {
                problems.Add($"{file}: {what} is not there");
            }
            catch (DirectoryNotFoundException)
            {
                problems.Add($"{file}: {what} is not there");
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                problems.Add($"{file}: {what} cannot be read: {failure.Message}");
            }
        }
    }

    /// <summary>That the certificate has ended, for whoever has to do something about it; null: it has not.</summary>
    /// <param name="files">Where it is.</param>
    /// <param name="now">The time.</param>
    public string? End(IdentityFiles files, DateTimeOffset now) => EndOf(Certificate, files, now);

    /// <summary>
    /// Whether a certificate was issued by a trusted authority and is valid now, give or take <see cref="CertificateAuthority.ClockSkew"/>: at its beginning whoever
    /// issued it has seen to that.
    /// </summary>
    /// <param name="certificate">The other side's.</param>
    /// <param name="now">The time.</param>
    public bool Trusts(X509Certificate2 certificate, DateTimeOffset now)
    {
        var (at, end) = (now.UtcDateTime, certificate.NotAfter.ToUniversalTime());
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(Authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;

        // At its very end it is over already.
        chain.ChainPolicy.VerificationTime = at >= end && at - end <= CertificateAuthority.ClockSkew ? end - s_instant : at;
        return chain.Build(certificate);
    }

    private static string? EndOf(X509Certificate2 certificate, IdentityFiles files, DateTimeOffset now) => now <= certificate.NotAfter.ToUniversalTime() + CertificateAuthority.ClockSkew
        ? null
        : $"{files.Certificate}: the certificate ended on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z, and by this machine's clock it is {now.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
}
