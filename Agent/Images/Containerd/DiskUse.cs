namespace Warren.Agent.Images.Containerd;

/// <summary>How full a file system is.</summary>
/// <param name="Used">Bytes in use.</param>
/// <param name="Available">Bytes that can still be written.</param>
internal sealed record DiskUse(long Used, long Available)
{
    /// <summary>The share in use, in percent, rounded up as <c>df</c> does.</summary>
    public int Percent => Used + Available == 0 ? 0 : (int)Math.Ceiling(100.0 * Used / (Used + Available));

    public static DiskUse Of(string path)
    {
        var disk = new DriveInfo(path);
        return new(disk.TotalSize - disk.TotalFreeSpace, disk.AvailableFreeSpace);
    }
}
