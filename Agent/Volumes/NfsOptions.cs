namespace Warren.Agent.Volumes;

/// <summary>How NFS is mounted on this node.</summary>
public sealed record NfsOptions
{
    /// <summary>The program that mounts, as mount(8). Default: <c>mount</c>, found in PATH.</summary>
    public string MountProgram { get; init; } = "mount";

    /// <summary>The program that unmounts, as umount(8). Default: <c>umount</c>, found in PATH.</summary>
    public string UnmountProgram { get; init; } = "umount";

    /// <summary>The helper that <see cref="MountProgram"/> needs for NFS, of the Debian package nfs-common. Default: <c>/sbin/mount.nfs</c>.</summary>
    public string Helper { get; init; } = "/sbin/mount.nfs";

    /// <summary>How long mounting or unmounting may take; a server that does not answer makes no more wait. Default: 30 s.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);
}
