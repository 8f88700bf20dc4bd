using System.Collections.Immutable;
using System.Net;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Network.NameFiles;

/// <summary>What a container's files of names are made of.</summary>
/// <param name="Id">The container.</param>
/// <param name="Folder">Where to write them: the container's own folder, which outlives the agent's process; made when it does not exist.</param>
/// <param name="Network">How it is connected.</param>
/// <param name="Addresses">Its addresses; empty with the host network and without a network.</param>
/// <param name="Hostname">The name that was asked for; null for the default of <see cref="ContainerSpec.Hostname"/>.</param>
/// <param name="ExtraHosts">Further names with their addresses.</param>
public sealed record NameFileRequest(
    ContainerId Id,
    string Folder,
    NetworkSpec Network,
    ImmutableArray<IPAddress> Addresses,
    string? Hostname,
    ImmutableSortedDictionary<string, string> ExtraHosts);
