using Warren.Agent.Runtime;

namespace Warren.Agent.Adoption;

/// <summary>A container and why the plan treats it so.</summary>
internal sealed record AdoptionEntry(ContainerId Id, string Reason);
