namespace Warren.Agent.Runtime.Containerd;

/// <summary>That the start of a container was begun, written before anything of it runs.</summary>
/// <param name="BootId">The kernel's id of the boot in which that was.</param>
/// <param name="At">When.</param>
internal sealed record RunBegin(string BootId, DateTimeOffset At);
