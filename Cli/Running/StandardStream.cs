using System.Runtime.InteropServices;
using Warren.Cli.Errors;

namespace Warren.Cli.Running;

/// <summary>
/// The standard output or error as it is. The console's own stream sets the terminal up for programs that read keys before it writes anything, and leaves it so; that of a file
/// writes at places that it counts by itself, over what other processes have written to the same file, and gives up on a pipe that is full for the moment.
/// </summary>
/// <param name="file">1 or 2.</param>
internal sealed partial class StandardStream(int file) : Stream
{
    private const int Interrupted = 4, Again = 11, BrokenPipe = 32;
    private const short CanBeWritten = 4;

    /// <summary>Whether it was found that nobody reads it any more.</summary>
    public bool IsClosed { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    // What every stream has to have, and one that is only written to has not.
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes all of it. When whoever reads it has gone, the rest is for nobody, which is no failure: what a command has begun it finishes.</summary>
    /// <exception cref="CliException">The output cannot be written.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var written = WriteTo(file, in MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted: break;
                case BrokenPipe:
                    IsClosed = true;
                    return;
                case Again:
                    var wanted = new Wanted { File = file, Events = CanBeWritten };
                    _ = WaitFor(ref wanted, 1, -1);
                    break;
                // Of the error output that cannot be written nobody can be told.
                case var error:
                    if (file == TerminalCalls.Error) return;
                    throw new CliException(ExitCodes.Failed, $"the output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}", "make room, or write elsewhere");
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteTo(int file, in byte bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int WaitFor(ref Wanted wanted, nuint count, int milliseconds);

    // struct pollfd of poll(2).
    private struct Wanted
    {
        public int File;
        public short Events;
        public short Returned;
    }
}
