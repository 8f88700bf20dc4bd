using System.Collections.Immutable;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Network;

/// <summary>What a container wants of the network.</summary>
/// <param name="Id">The container.</param>
/// <param name="Mode"><see cref="NetworkMode.Bridge"/> or <see cref="NetworkMode.None"/>; the host network needs no attachment.</param>
/// <param name="Ports">What to publish; empty with <see cref="NetworkMode.None"/>.</param>
public sealed record NetworkRequest(ContainerId Id, NetworkMode Mode, ImmutableArray<PortSpec> Ports);
