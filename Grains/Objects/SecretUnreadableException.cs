namespace Warren.Grains.Objects;

/// <summary>A secret's stored value cannot be decrypted. The message says what to do; it tells nothing of the value.</summary>
[GenerateSerializer, Alias("warren.secret-unreadable-exception"), Immutable]
public sealed class SecretUnreadableException(string message) : Exception(message);
