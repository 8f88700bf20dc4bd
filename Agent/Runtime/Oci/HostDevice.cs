namespace Warren.Agent.Runtime.Oci;

/// <summary>A device node of this machine.</summary>
/// <param name="Path">Where it was found: a path of <see cref="Warren.Containers.DeviceSpec.Source"/>, or one below it.</param>
/// <param name="IsBlock">Whether it is a block device; else a character device.</param>
/// <param name="Major">The number of its driver.</param>
/// <param name="Minor">The number of the device.</param>
/// <param name="Mode">Its permission bits.</param>
/// <param name="Uid">Its owner.</param>
/// <param name="Gid">Its group.</param>
internal sealed record HostDevice(string Path, bool IsBlock, long Major, long Minor, uint Mode, uint Uid, uint Gid);
