using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Warren.Agent.Logs;

/// <summary>
/// The file that a logger keeps locked while it lives. The kernel frees such a lock however its process ends, and says which process has it, so
/// that no number kept in a file is taken for a process that it is not any more.
/// </summary>
internal static partial class LoggerLock
{
    public const int UserSignal = 10, KillSignal = 9;

    private const string FileName = "lock";
    private const int GetLock = 5, NoSuchProcess = 3;
    private const short WriteLock = 1, Unlocked = 2;

    /// <summary>Whether a logger lives, and which process it is.</summary>
    public static (LoggerState State, int ProcessId) Look(string folder)
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(Path.Combine(folder, FileName), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (LoggerState.NotStarted, 0);
        }

        using (handle)
        {
            var query = new FileLock { Type = WriteLock };
            if (Control(handle, GetLock, ref query) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), $"could not ask who has {folder}/{FileName} locked");
            return query.Type == Unlocked ? (LoggerState.Ended, 0) : (LoggerState.Running, query.ProcessId);
        }
    }

    /// <summary>Sends a logger a signal. One that has ended is left as it is.</summary>
    public static void Send(int processId, int signal)
    {
        // Zero and less would mean groups of processes: the kernel gives those for locks of another process namespace.
        if (processId < 2) throw new InvalidOperationException("The logger runs in another process namespace and cannot be signalled.");
        if (Kill(processId, signal) == 0) return;
        var error = Marshal.GetLastPInvokeError();
        if (error != NoSuchProcess) throw new Win32Exception(error, $"could not send signal {signal} to the logger, process {processId}");
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, ref FileLock argument);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    // struct flock of 64-bit Linux.
    [StructLayout(LayoutKind.Sequential)]
    private struct FileLock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int ProcessId;
    }
}
