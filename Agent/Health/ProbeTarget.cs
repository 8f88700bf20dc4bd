using System.Net;
using Warren.Agent.Runtime;

namespace Warren.Agent.Health;

/// <summary>The container that is asked.</summary>
/// <param name="Id">Its name, for probes that run a command in it.</param>
/// <param name="Address">Where it is reached from the node: its own address, or loopback if it has the node's network.</param>
public sealed record ProbeTarget(ContainerId Id, IPAddress Address);
