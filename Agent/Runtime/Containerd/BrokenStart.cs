using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Warren.Agent.Runtime.Kernel;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>
/// A <c>runc start</c> that was killed after it had let the container's process go, and before it removed the pipe by which it does so. runc calls the
/// container created as long as the pipe is there, and the next <c>runc start</c> waits at it for ever, with the shim, since the process will not
/// write to it again. While that start is under way the word is written in its place. (runc: <c>exec.fifo</c> in the container's state folder.)
/// </summary>
internal sealed class BrokenStart : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _ending = new();
    private readonly Task _helping;

    private BrokenStart(string folder, uint process, TimeProvider time) =>
        _helping = process > 0 && HasBegun(process) ? WriteAsync(Path.Combine(folder, "exec.fifo"), time) : Task.CompletedTask;

    /// <summary>Helps the start that follows, until disposed, if the one before was broken off.</summary>
    /// <param name="folder">runc's state folder of the container.</param>
    /// <param name="process">The container's first process; 0 where no start was tried.</param>
    /// <param name="time">The clock.</param>
    public static BrokenStart Help(string folder, uint process, TimeProvider time) => new(folder, process, time);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _helping;
        _ending.Dispose();
    }

    // Until it is let go the process is runc's own program, as "runc init".
    private static bool HasBegun(uint process)
    {
        try
        {
            var words = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/cmdline")).Split('\0');
            return words is not [_, "init", ..];
        }
        catch (IOException)
        {
            // It has ended, which the start says.
            return false;
        }
    }

    private async Task WriteAsync(string pipe, TimeProvider time)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                // Cannot be opened before somebody reads.
                using SafePipeHandle handle = LinuxFiles.OpenPipe(pipe, PipeEnds.Write);
                using var file = new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false);
                RandomAccess.Write(file, "0"u8, fileOffset: 0);
                return;
            }
            catch (IOException)
            {
                await Task.Delay(s_pause, time, CancellationToken.None);
            }
        }
    }
}
