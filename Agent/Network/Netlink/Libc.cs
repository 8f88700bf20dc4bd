using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Warren.Agent.Network.Netlink;

/// <summary>The calls of Linux that .NET has no counterpart for.</summary>
internal static partial class Libc
{
    public const int Permission = 1, NoEntry = 2, Interrupted = 4, Again = 11, Busy = 16, Exists = 17, NoDevice = 19, Invalid = 22,
        NotSupported = 95, AddressInUse = 98, AddressNotAvailable = 99, NoBuffers = 105, NoProtocolFamily = 97;

    private const ulong NamespaceFiles = 0x6e736673;

    /// <summary>The text of an error number, as the C library has it.</summary>
    public static string Describe(int error) => $"{Marshal.GetPInvokeErrorMessage(error)} (errno {error})";

    /// <summary>Whether a path is a namespace that was bound there.</summary>
    public static unsafe bool IsNamespace(string path)
    {
        // struct statfs begins with the type as a machine word; the rest is of no interest, and its size is below this.
        var buffer = stackalloc ulong[64];
        if (StatFs(path, buffer) == 0) return buffer[0] == NamespaceFiles;
        var error = Marshal.GetLastPInvokeError();
        return error == NoEntry ? false : throw Failure(error, $"look at {path}");
    }

    public static NetworkException Failure(int error, string what) =>
        new(NetworkFault.Failed, $"could not {what}: {Describe(error)}", new Win32Exception(error));

    public static NetworkException LastFailure(string what) => Failure(Marshal.GetLastPInvokeError(), what);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static unsafe partial int Bind(SafeHandle socket, void* address, int length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static unsafe partial nint Send(SafeHandle socket, void* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static unsafe partial nint Receive(SafeHandle socket, void* buffer, nint length, int flags);

    /// <summary>Waits until one of the descriptors can be read. Each takes a machine word: descriptor, wanted and found events.</summary>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static unsafe partial int Poll(ulong* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static unsafe partial int SetOption(SafeHandle socket, int level, int name, void* value, int length);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    public static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int SetNamespace(SafeHandle file, int kind);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Mount(string source, string target, string? type, ulong flags, string? data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint IndexOf(string name);

    [LibraryImport("libc", EntryPoint = "statfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatFs(string path, ulong* buffer);
}
