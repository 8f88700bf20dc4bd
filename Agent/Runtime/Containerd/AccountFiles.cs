namespace Warren.Agent.Runtime.Containerd;

/// <summary>The texts that name users and groups; null where there is no such file.</summary>
internal sealed record AccountFiles(string? Passwd, string? Group);
