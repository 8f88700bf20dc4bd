using System.Globalization;
using System.IO.Pipes;
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
        _helping = process > 0 ? HelpAsync(Path.Combine(folder, "exec.fifo"), process, time) : Task.CompletedTask;

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

    /// <summary>Whether a container's first process has been let go: until then it is runc's own program, as <c>runc init</c>.</summary>
    public static bool HasBegun(uint process)
    {
        try
        {
            var words = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/cmdline")).Split('\0');
            return words is not ([""] or [_, "init", ..]);
        }
        catch (IOException)
        {
            // It has ended, which its shim says.
            return false;
        }
    }

    private async Task HelpAsync(string pipe, uint process, TimeProvider time)
    {
        while (!_ending.IsCancellationRequested && !(HasBegun(process) && await TryWriteAsync(pipe)))
            await Task.Delay(s_pause, time, CancellationToken.None);
    }

    private static async Task<bool> TryWriteAsync(string pipe)
    {
        try
        {
            await using var writer = new AnonymousPipeClientStream(PipeDirection.Out, LinuxFiles.OpenPipe(pipe, PipeEnds.Write));
            await writer.WriteAsync("0"u8.ToArray());
            return true;
        }
        catch (IOException)
        {
            // Nobody reads yet.
            return false;
        }
    }
}
