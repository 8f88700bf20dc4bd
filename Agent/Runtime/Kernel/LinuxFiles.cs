using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Warren.Agent.Runtime.Kernel;

/// <summary>Calls of Linux on files, pipes, mounts and processes that .NET lacks. Numbers are those of all processors that .NET runs on.</summary>
internal static partial class LinuxFiles
{
    public const int NoEntry = 2;
    public const int NoProcess = 3;
    public const int Exists = 17;
    public const int InvalidArgument = 22;

    public const uint MountReadOnly = 1;
    public const uint MountNoSetUid = 2;
    public const uint MountNoDevices = 4;
    public const uint MountNoExec = 8;

    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const ulong PathOnly = 0x200000;
    private const long OpenAt2 = 437;
    private const ulong ResolveInRoot = 0x10;
    private const ulong ResolveNoMagicLinks = 0x02;
    private const int EmptyPath = 0x1000;
    private const uint WantType = 1;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int DetachMount = 2;
    private const uint OwnerOnly = 0x180;

    /// <summary>Opens a file or folder for reading, without waiting for the other end of a pipe.</summary>
    public static SafeFileHandle OpenRead(string path) => Opened(Open(path, NonBlocking | CloseOnExec, 0), path);

    /// <summary>Opens one end or both of a named pipe without waiting for anybody.</summary>
    public static SafePipeHandle OpenPipe(string path, PipeEnds ends)
    {
        var file = Open(path, (int)ends | NonBlocking | CloseOnExec, 0);
        return file >= 0 ? new(file, ownsHandle: true) : throw Failure($"cannot open the pipe {path}");
    }

    /// <summary>Makes a named pipe, for its owner only.</summary>
    public static void MakePipe(string path)
    {
        if (MkFifo(path, OwnerOnly) != 0) throw Failure($"cannot make the pipe {path}");
    }

    /// <summary>
    /// Reads a file below a folder as a process would that has the folder as its root: no link leads out of it. A thing that is no regular file is not
    /// opened, since opening a device may already do something.
    /// </summary>
    /// <returns>The text, or null if there is no such regular file.</returns>
    /// <exception cref="IOException">It is longer than the limit, or cannot be read.</exception>
    public static string? ReadTextInRoot(SafeFileHandle root, string path, int maxBytes)
    {
        var how = new OpenHow { Flags = PathOnly | CloseOnExec, Resolve = ResolveInRoot | ResolveNoMagicLinks };
        var number = (int)SystemCall(OpenAt2, (int)root.DangerousGetHandle(), path, ref how, (nuint)Marshal.SizeOf<OpenHow>());
        if (number < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is NoEntry or 20 or 40 ? null : throw Failure($"cannot open {path} of a container", error);
        }
        using var place = new SafeFileHandle(number, ownsHandle: true);
        if (StatX(number, "", EmptyPath, WantType, out var status) != 0) throw Failure($"cannot look at {path} of a container");
        if ((status.Mode & TypeMask) != RegularFile) return null;

        using var stream = new FileStream($"/proc/self/fd/{number}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        var bytes = new byte[Math.Min(stream.Length, maxBytes) + 1];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length <= maxBytes
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw new IOException($"{path} of a container is longer than {maxBytes} bytes");
    }

    public static void Mount(string source, string target, string type, uint flags, string data)
    {
        if (MountCall(source, target, type, flags, data) != 0) throw Failure($"cannot mount a {type} on {target}");
    }

    /// <summary>Takes a mount out of the tree; it goes away with its last open file.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Detach(string target)
    {
        if (Unmount(target, DetachMount) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error is InvalidArgument or NoEntry ? false : throw Failure($"cannot unmount {target}", error);
    }

    /// <summary>Removes an empty folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static void RemoveFolder(string path)
    {
        if (RmDir(path) == 0) return;
        var error = Marshal.GetLastPInvokeError();
        throw error == NoEntry ? new DirectoryNotFoundException($"there is no folder {path}") : Failure($"cannot remove the folder {path}", error);
    }

    /// <summary>Sends a signal; a process that has gone is no error.</summary>
    public static void Kill(int process, int signal)
    {
        if (KillCall(process, signal) == 0) return;
        var error = Marshal.GetLastPInvokeError();
        if (error != NoProcess) throw Failure($"cannot send signal {signal} to process {process}", error);
    }

    private static SafeFileHandle Opened(int number, string path) =>
        number >= 0 ? new(number, ownsHandle: true) : throw Failure($"cannot open {path}");

    private static IOException Failure(string what) => Failure(what, Marshal.GetLastPInvokeError());

    private static IOException Failure(string what, int error) => new($"{what}: {new Win32Exception(error).Message}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MkFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long SystemCall(long number, int folder, string path, ref OpenHow how, nuint size);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MountCall(string source, string target, string type, nuint flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RmDir(string path);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int KillCall(int process, int signal);

    // struct open_how of openat2(2).
    private struct OpenHow
    {
        public ulong Flags;
#pragma warning disable CS0649 // No file is made, so none has a mode.
        public ulong Mode;
#pragma warning restore CS0649
        public ulong Resolve;
    }

    // struct statx of statx(2), alike on all processors.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)]
        public ushort Mode;
    }
}
