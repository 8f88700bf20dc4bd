using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Warren.Agent.Containers;

/// <summary>The system calls behind <see cref="ContainerFiles"/>.</summary>
internal static partial class MountCalls
{
    private const ulong NoSuid = 2;
    private const ulong NoDevices = 4;
    private const ulong NoExecution = 8;
    private const int Detach = 2;
    private const int DoNotFollow = 8;

    /// <exception cref="IOException">The kernel refuses.</exception>
    public static void MountTmpfs(string folder, string options)
    {
        if (Mount("tmpfs", folder, "tmpfs", NoSuid | NoDevices | NoExecution, options) != 0) throw Failed($"mount a tmpfs ({options}) at {folder}");
    }

    /// <summary>Unmounts at once; a process that still has a file open keeps that file until it closes it.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static void Unmount(string folder)
    {
        if (Unmount(folder, Detach | DoNotFollow) != 0) throw Failed($"unmount {folder}");
    }

    /// <exception cref="IOException">The kernel refuses.</exception>
    public static void ChangeOwner(string path, int uid, int gid)
    {
        if (ChangeLinkOwner(path, uid, gid) != 0) throw Failed($"give {path} to user {uid} and group {gid}");
    }

    private static IOException Failed(string what) => new($"cannot {what}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeLinkOwner(string path, int uid, int gid);
}
