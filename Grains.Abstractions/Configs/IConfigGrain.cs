using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Warren.Configs;

/// <summary>One config, by its <see cref="ConfigName"/>.</summary>
[Alias("warren.config-grain")]
public interface IConfigGrain : IGrainWithStringKey
{
    /// <summary>Makes the config, or a new version of it.</summary>
    /// <param name="spec">What is wanted.</param>
    /// <param name="expectedVersion">The version that the caller has seen, 0 for none. Default (null): whichever it is.</param>
    /// <exception cref="ValidationException">The spec breaks rules.</exception>
    /// <exception cref="ConflictException">It is at another version than expected, or is being removed.</exception>
    [Alias("ApplyAsync")]
    Task<ConfigRecord> ApplyAsync(ConfigSpec spec, long? expectedVersion = null);

    /// <summary>Gives it other labels; the same ones change nothing. That is no new version.</summary>
    /// <param name="labels">All that it has from now on.</param>
    /// <param name="expectedVersion">The version that the caller has seen. Default (null): whichever it is.</param>
    /// <exception cref="ValidationException">The labels break rules.</exception>
    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="ConflictException">It is at another version than expected, or is being removed.</exception>
    [Alias("LabelAsync")]
    Task<ConfigRecord> LabelAsync(ImmutableSortedDictionary<string, string> labels, long? expectedVersion = null);

    /// <summary>The config with the content of its latest version; null if there is none.</summary>
    [Alias("GetAsync"), AlwaysInterleave]
    Task<ConfigRecord?> GetAsync();

    /// <summary>What tasks get of the latest version; null if there is none.</summary>
    [Alias("ReadContentAsync"), AlwaysInterleave]
    Task<ConfigContent?> ReadContentAsync();

    /// <summary>Removes it.</summary>
    /// <param name="force">Removes the services that use it first.</param>
    /// <param name="expectedVersion">The version that the caller has seen. Default (null): whichever it is.</param>
    /// <exception cref="InUseException">It is in use; all users are named.</exception>
    /// <exception cref="ConflictException">It is at another version than expected.</exception>
    [Alias("RemoveAsync")]
    Task RemoveAsync(bool force, long? expectedVersion = null);
}
