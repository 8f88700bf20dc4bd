using Warren.Grains.Objects;
using Warren.Hosting.Security;

namespace Warren.Silo.Secrets;

/// <summary>Seals secrets under the data key, bound to cluster, kind, name and version: moved to another place, one cannot be opened.</summary>
/// <param name="key">The data key.</param>
/// <param name="cluster">The cluster's id.</param>
internal sealed class AesSecretSealer(byte[] key, string cluster) : ISecretSealer
{
    private readonly ValueSealer _sealer = new(key);

    public byte[] Seal(string kind, string name, long version, ReadOnlySpan<byte> value) => _sealer.Seal(value, version, cluster, kind, name);

    public byte[] Open(string kind, string name, long version, ReadOnlySpan<byte> value) =>
        _sealer.Open(value, version, cluster, kind, name) ?? throw new SecretUnreadableException(
            $"version {version} of {kind} {name} cannot be decrypted: it was stored with another data key, by another cluster or in another place, or was changed since; "
            + "start the manager with the key file it was stored with, or set the secret anew");
}
