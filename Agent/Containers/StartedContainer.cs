using Warren.Agent.Network;
using Warren.Agent.Runtime;

namespace Warren.Agent.Containers;

/// <summary>A container after its start.</summary>
/// <param name="Status">Its state; a short-lived process may have ended already.</param>
/// <param name="Network">How it is connected; null with the node's network, and for one that had ended before.</param>
public sealed record StartedContainer(ContainerStatus Status, NetworkAttachment? Network);
