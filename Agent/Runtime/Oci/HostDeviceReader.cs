using System.Collections.Immutable;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Warren.Containers;

namespace Warren.Agent.Runtime.Oci;

/// <summary>Finds the device nodes of this machine. They come and go, so it is asked for each container.</summary>
internal static partial class HostDeviceReader
{
    private const string DeviceFolder = "/dev";
    private const int CurrentFolder = -100;
    private const int DoNotFollow = 0x100;
    private const uint BasicStats = 0x7FF;
    private const uint TypeMask = 0xF000;
    private const uint CharacterType = 0x2000;
    private const uint FolderType = 0x4000;
    private const uint BlockType = 0x6000;
    private const uint PermissionMask = 0xFFF;
    private const int NoEntry = 2;
    private const int NotFolder = 20;

    // Each container has these of its own.
    private static readonly ImmutableHashSet<string> s_ownOfContainers = ["/dev/pts", "/dev/shm", "/dev/fd", "/dev/mqueue", "/dev/console"];

    /// <summary>The devices that a container's specification needs to know of, as <see cref="OciSpecInput.Devices"/>.</summary>
    /// <exception cref="IOException">The kernel refuses to tell of one.</exception>
    public static ImmutableArray<HostDevice> Read(SecuritySpec security)
    {
        var devices = new List<HostDevice>();
        foreach (var device in security.Devices) Add(device.Source.TrimEnd('/'), follow: true, devices);
        if (security.Privileged) Add(DeviceFolder, follow: true, devices);
        return [.. devices.DistinctBy(device => device.Path, StringComparer.Ordinal).OrderBy(device => device.Path, StringComparer.Ordinal)];
    }

    // A link that the user names is followed (/dev/serial/by-id/…); those found in a folder are not, they lead to what is found anyway.
    private static void Add(string path, bool follow, List<HostDevice> devices)
    {
        if (Stat(path, follow) is not { } file) return;
        switch (file.Mode & TypeMask)
        {
            case CharacterType or BlockType:
                devices.Add(new(
                    path, (file.Mode & TypeMask) == BlockType, file.DeviceMajor, file.DeviceMinor, file.Mode & PermissionMask, file.Uid, file.Gid));
                break;
            case FolderType:
                foreach (var entry in Entries(path).Where(entry => !s_ownOfContainers.Contains(entry))) Add(entry, follow: false, devices);
                break;
        }
    }

    private static string[] Entries(string folder)
    {
        try
        {
            return Directory.GetFileSystemEntries(folder);
        }
        catch (DirectoryNotFoundException)
        {
            // It went away with its device.
            return [];
        }
    }

    private static Statx? Stat(string path, bool follow)
    {
        if (StatX(CurrentFolder, path, follow ? 0 : DoNotFollow, BasicStats, out var file) == 0) return file;
        var error = Marshal.GetLastPInvokeError();
        if (error is NoEntry or NotFolder) return null;
        throw new IOException($"cannot look at {path}: {new Win32Exception(error).Message}");
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out Statx file);

    // struct statx of statx(2), alike on all processors.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(20)]
        public uint Uid;

        [FieldOffset(24)]
        public uint Gid;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(128)]
        public uint DeviceMajor;

        [FieldOffset(132)]
        public uint DeviceMinor;
    }
}
