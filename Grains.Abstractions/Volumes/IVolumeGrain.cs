using System.Collections.Immutable;
using Orleans.Concurrency;
using Warren.Nodes;

namespace Warren.Volumes;

/// <summary>One volume, by its <see cref="VolumeName"/>: its spec, and the node whose disk has it.</summary>
[Alias("warren.volume-grain")]
public interface IVolumeGrain : IGrainWithStringKey
{
    /// <summary>Makes the volume; the same spec again changes nothing.</summary>
    /// <exception cref="ValidationException">The spec breaks rules.</exception>
    /// <exception cref="ConflictException">There is one of the name with another spec.</exception>
    [Alias("CreateAsync")]
    Task<VolumeRecord> CreateAsync(VolumeSpec spec);

    /// <summary>A task that mounts it is about to be on a node. A local volume that is nowhere, or was never made, comes to be there.</summary>
    /// <returns>The volume; one whose <see cref="VolumeRecord.Node"/> is another node cannot be had.</returns>
    /// <exception cref="ConflictException">It is being removed.</exception>
    [Alias("ClaimAsync"), AlwaysInterleave]
    Task<VolumeRecord> ClaimAsync(NodeId node);

    /// <summary>The volume; null if there is none, or it is being removed.</summary>
    [Alias("GetAsync"), AlwaysInterleave]
    Task<VolumeRecord?> GetAsync();

    /// <summary>What it is made from, for the tasks of services that have it, also while it is being removed; null if it was never made.</summary>
    [Alias("GetSpecAsync"), AlwaysInterleave]
    Task<VolumeSpec?> GetSpecAsync();

    /// <summary>Gives it other labels; the same ones change nothing.</summary>
    /// <param name="labels">All that it has from now on.</param>
    /// <param name="expectedVersion">The version that the caller has seen. Default (null): whichever it is.</param>
    /// <exception cref="ValidationException">The labels break rules.</exception>
    /// <exception cref="NotFoundException">There is no such volume.</exception>
    /// <exception cref="ConflictException">It is at another version than expected, or is being removed.</exception>
    [Alias("LabelAsync")]
    Task<VolumeRecord> LabelAsync(ImmutableSortedDictionary<string, string> labels, long? expectedVersion = null);

    /// <summary>
    /// Removes it; nothing happens if there is none. With users it is stored that it goes, its services are removed, and it goes once their last task
    /// has ended; until then nobody can claim it.
    /// </summary>
    /// <param name="force">Removes the services that use it first.</param>
    /// <param name="expectedVersion">The version that the caller has seen. Default (null): whichever it is.</param>
    /// <exception cref="InUseException">It is in use and <paramref name="force"/> is not set; all users are named.</exception>
    /// <exception cref="ConflictException">It is at another version than expected.</exception>
    [Alias("RemoveAsync")]
    Task RemoveAsync(bool force, long? expectedVersion = null);
}
