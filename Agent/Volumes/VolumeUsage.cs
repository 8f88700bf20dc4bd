namespace Warren.Agent.Volumes;

/// <summary>What a volume holds.</summary>
/// <param name="Bytes">Disk space of its files, each hard-linked file once.</param>
/// <param name="Files">Files and folders, without its root.</param>
public sealed record VolumeUsage(long Bytes, long Files);
