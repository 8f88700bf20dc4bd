namespace Warren.Agent.Stats;

/// <summary>The accounts of a machine at one moment.</summary>
/// <param name="Busy">Time that its processors have worked since its start, all together.</param>
/// <param name="Cores">How many processors there are.</param>
/// <param name="Memory">Memory that is neither free nor can be freed at once, in bytes.</param>
/// <param name="MemoryTotal">All memory, in bytes.</param>
/// <param name="Disk">What is used of the disk with the data folder, in bytes.</param>
/// <param name="DiskTotal">The size of that disk, in bytes.</param>
internal sealed record NodeReading(TimeSpan Busy, int Cores, long Memory, long MemoryTotal, long Disk, long DiskTotal);
