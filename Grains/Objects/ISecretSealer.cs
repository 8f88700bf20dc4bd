namespace Warren.Grains.Objects;

/// <summary>Encrypts the values of secrets for the store, with a key that the store does not have, and bound to the cluster.</summary>
public interface ISecretSealer
{
    /// <summary>The kind of a secret.</summary>
    const string SecretKind = "secret";

    /// <summary>The kind of a key of the cluster's own.</summary>
    const string KeyKind = "key";

    /// <summary>Encrypts a value, each time to another text.</summary>
    /// <param name="kind">What it is, which the result is bound to.</param>
    /// <param name="name">Its name, likewise.</param>
    /// <param name="version">Its version, likewise.</param>
    /// <param name="value">The value.</param>
    byte[] Seal(string kind, string name, long version, ReadOnlySpan<byte> value);

    /// <summary>Decrypts what <see cref="Seal"/> made.</summary>
    /// <exception cref="SecretUnreadableException">It was made with another key, of another kind, name, version or cluster, or was changed since.</exception>
    byte[] Open(string kind, string name, long version, ReadOnlySpan<byte> value);
}
