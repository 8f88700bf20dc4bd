using Orleans.Concurrency;

namespace Warren.Configs;

/// <summary>One config, by its <see cref="ConfigName"/>.</summary>
[Alias("warren.config-grain")]
public interface IConfigGrain : IGrainWithStringKey
{
    /// <summary>Makes the config, or a new version of it.</summary>
    /// <exception cref="ValidationException">The spec breaks rules.</exception>
    [Alias("ApplyAsync")]
    Task<ConfigRecord> ApplyAsync(ConfigSpec spec);

    /// <summary>The config without its content; null if there is none.</summary>
    [Alias("GetAsync"), AlwaysInterleave]
    Task<ConfigRecord?> GetAsync();

    /// <summary>The content of the latest version; null if there is none.</summary>
    [Alias("ReadAsync"), AlwaysInterleave]
    Task<ReadOnlyMemory<byte>?> ReadAsync();

    /// <summary>Removes it.</summary>
    /// <param name="force">Removes the services that use it first.</param>
    /// <exception cref="InUseException">It is in use; all users are named.</exception>
    [Alias("RemoveAsync")]
    Task RemoveAsync(bool force);
}
