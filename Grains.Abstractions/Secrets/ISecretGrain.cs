using Orleans.Concurrency;

namespace Warren.Secrets;

/// <summary>One secret, by its <see cref="SecretName"/>.</summary>
[Alias("warren.secret-grain")]
public interface ISecretGrain : IGrainWithStringKey
{
    /// <summary>Makes the secret, or a new version of it.</summary>
    /// <exception cref="ValidationException">The spec breaks rules.</exception>
    [Alias("ApplyAsync")]
    Task<SecretRecord> ApplyAsync(SecretSpec spec);

    /// <summary>The secret without its content; null if there is none.</summary>
    [Alias("GetAsync"), AlwaysInterleave]
    Task<SecretRecord?> GetAsync();

    /// <summary>The content of the latest version, for a task that names it; null if there is none.</summary>
    [Alias("ReadAsync"), AlwaysInterleave]
    Task<ReadOnlyMemory<byte>?> ReadAsync();

    /// <summary>Removes it.</summary>
    /// <param name="force">Removes the services that use it first.</param>
    /// <exception cref="InUseException">It is in use; all users are named.</exception>
    [Alias("RemoveAsync")]
    Task RemoveAsync(bool force);
}
