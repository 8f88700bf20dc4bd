using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Warren.TestSupport.Processes;

/// <summary>Sends signals, which <see cref="System.Diagnostics.Process"/> cannot but for one.</summary>
public static partial class Signals
{
    private const int NoSuchProcess = 3;

    /// <returns>False if there is no such process any more.</returns>
    /// <exception cref="Win32Exception">The process may not be signalled.</exception>
    public static bool Send(int processId, Signal signal)
    {
        // Zero and negative numbers mean groups of processes, this one's own among them.
        ArgumentOutOfRangeException.ThrowIfLessThan(processId, 2);
        if (Kill(processId, (int)signal) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        if (error == NoSuchProcess) return false;
        throw new Win32Exception(error, $"could not send {signal} to process {processId}");
    }

    /// <summary>Sends a signal to what is left of a process group, which has the number of the process that began it.</summary>
    /// <returns>False if nothing is left.</returns>
    public static bool SendToGroup(int groupId, Signal signal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groupId, 2);
        return Kill(-groupId, (int)signal) == 0;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
