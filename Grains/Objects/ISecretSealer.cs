namespace Warren.Grains.Objects;

/// <summary>Encrypts the values of secrets for the store, with a key that the store does not have.</summary>
public interface ISecretSealer
{
    /// <summary>Encrypts a value, each time to another text.</summary>
    /// <param name="name">The secret, which the result is bound to.</param>
    /// <param name="version">Its version, likewise.</param>
    /// <param name="value">The value.</param>
    byte[] Seal(string name, long version, ReadOnlySpan<byte> value);

    /// <summary>Decrypts what <see cref="Seal"/> made.</summary>
    /// <exception cref="SecretUnreadableException">It was made with another key, of another secret or version, or was changed since.</exception>
    byte[] Open(string name, long version, ReadOnlySpan<byte> value);
}
