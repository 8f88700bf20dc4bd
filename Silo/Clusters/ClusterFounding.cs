using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Warren.Clusters;
using Warren.Hosting.Identities;
using Warren.Nodes;
using Warren.Security;

namespace Warren.Silo.Clusters;

/// <summary>
/// A cluster comes to be: the first manager makes id, authority and its own certificate before it has a store to keep them in, gives them to the store once it
/// runs, and then keeps the authority's key no longer. A crash between is finished by the next start.
/// </summary>
internal static class ClusterFounding
{
    private const string KeyFile = "authority.key";

    /// <summary>Makes the cluster, unless this manager has an identity.</summary>
    public static void Ensure(IdentityFolder folder, TimeSpan lifetime, DateTimeOffset now)
    {
        if (folder.HasCertificate) return;
        var cluster = RandomNumberGenerator.GetHexString(16, lowercase: true);
        using var authority = CertificateAuthority.Create(cluster, now);
        using var key = folder.EnsureKey();
        folder.Write(KeyFile, PemEncoding.WriteString("PRIVATE KEY", authority.ExportKey()) + "\n");
        var certificate = authority.Issue(new PublicKey(key), CertificateSubject.Of(cluster, folder.EnsureNode('m'), NodeRole.Manager), now, lifetime, folder.Hosts);
        folder.Save(certificate, authority.Certificate);
    }

    /// <summary>Gives a new cluster to the store, with the first two tokens.</summary>
    /// <exception cref="ConflictException">The store is another cluster's.</exception>
    public static async Task EstablishAsync(IdentityFolder folder, IGrainFactory grains)
    {
        var file = folder.PathOf(KeyFile);
        if (!File.Exists(file)) return;
        var authority = await File.ReadAllTextAsync(folder.Files.Authority);
        using var certificate = X509Certificate2.CreateFromPemFile(folder.Files.Certificate, folder.Files.Key);
        if (!CertificateSubject.TryRead(certificate, out var subject)) throw new InvalidDataException($"{folder.Files.Certificate}: is no certificate that names a cluster");
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(file));
        var cluster = grains.GetGrain<IClusterGrain>(IClusterGrain.Key);
        await cluster.EstablishAsync(new()
        {
            Id = subject.Cluster,
            Authority = authority,
            AuthorityKey = key.ExportPkcs8PrivateKey(),
            Manager = folder.EnsureNode('m'),
            SigningRequest = folder.CreateSigningRequest(),
        });
        await FirstTokens.MakeAsync(folder, cluster);
        File.Delete(file);
    }
}
