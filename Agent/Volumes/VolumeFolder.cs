using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Warren.Agent.Volumes;

/// <summary>Folders and files of volumes, as the kernel offers them and .NET does not.</summary>
internal static partial class VolumeFolder
{
    private const int CloseOnExec = 0x80000, PathOnly = 0x200000;
    private const ulong Beneath = 0x08, NoMagicLinks = 0x02;
    private const long OpenAt2 = 437;
    private const int NoEntry = 2, NotADirectory = 20, CrossesDevice = 18, Loops = 40;

    public static void SetOwner(string path, uint user, uint group)
    {
        if (ChangeOwner(path, user, group) != 0) throw Failure($"could not give {path} to {user.ToString(CultureInfo.InvariantCulture)}:{group.ToString(CultureInfo.InvariantCulture)}");
    }

    /// <summary>Opens a place inside a folder, and none outside whatever links there are, as a reference that stays with it.</summary>
    /// <returns>Null and the reason if there is none inside.</returns>
    public static (SafeFileHandle? Handle, string? Reason) OpenBeneath(string root, string path)
    {
        using var folder = Open(root, PathOnly | CloseOnExec);
        var how = new OpenHow { Flags = PathOnly | CloseOnExec, Resolve = Beneath | NoMagicLinks };
        var descriptor = OpenAt2Call(OpenAt2, folder, path, ref how, Marshal.SizeOf<OpenHow>());
        if (descriptor >= 0) return (new SafeFileHandle((nint)descriptor, ownsHandle: true), null);
        var error = Marshal.GetLastPInvokeError();
        return error switch
        {
            NoEntry or NotADirectory => (null, "there is no such file or folder in the volume"),
            CrossesDevice or Loops => (null, "it leads out of the volume"),
            _ => throw new Win32Exception(error, $"could not open {path} in {root}: {Marshal.GetPInvokeErrorMessage(error)}"),
        };
    }

    private static SafeFileHandle Open(string path, int flags)
    {
        var descriptor = OpenCall(path, flags);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure($"could not open {path}");
    }

    private static Win32Exception Failure(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new Win32Exception(error, $"{what}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenCall(string path, int flags);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    // Debian's C library has no function for it.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long OpenAt2Call(long number, SafeFileHandle folder, string path, ref OpenHow how, long size);

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }
}
