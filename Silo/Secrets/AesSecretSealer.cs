using Warren.Grains.Objects;
using Warren.Hosting.Security;

namespace Warren.Silo.Secrets;

/// <summary>Seals secrets under the data key, bound to cluster, secret and version.</summary>
internal sealed class AesSecretSealer(byte[] key, string cluster) : ISecretSealer
{
    private readonly ValueSealer _sealer = new(key);

    public byte[] Seal(string name, long version, ReadOnlySpan<byte> value) => _sealer.Seal(value, version, cluster, name);

    public byte[] Open(string name, long version, ReadOnlySpan<byte> value) =>
        _sealer.Open(value, version, cluster, name) ?? throw new SecretUnreadableException(
            $"version {version} of secret {name} cannot be decrypted: it was stored with another data key, or was changed since; "
            + "start the manager with the key file it was stored with, or set the secret anew");
}
