using System.Collections.Immutable;
using Warren.Volumes;

namespace Warren.Agent.Volumes;

/// <summary>A volume of this node.</summary>
/// <param name="Spec">As it was made.</param>
/// <param name="Path">The folder of its files.</param>
/// <param name="Usage">What it holds, or null while it cannot be read.</param>
/// <param name="Users">Names of the containers that use it.</param>
public sealed record VolumeStatus(VolumeSpec Spec, string Path, VolumeUsage? Usage, ImmutableArray<string> Users);
