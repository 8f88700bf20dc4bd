using Warren.Agent.Runtime;

namespace Warren.Agent.Strays;

/// <summary>A container and why the plan treats it so.</summary>
internal sealed record StrayEntry(ContainerId Id, string Reason);
