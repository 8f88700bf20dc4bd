using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;
using Warren.Agent.Runtime.Kernel;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>
/// The named pipes of an exec. Both ends of each are held until the shim has its own: so nothing waits at opening, and no end of stream is seen before
/// there was a beginning.
/// </summary>
internal sealed class ExecPipes : IAsyncDisposable
{
    private readonly List<SafePipeHandle> _placeholders = [];

    private ExecPipes()
    {
    }

    /// <summary>Empty for none.</summary>
    public string StdinPath { get; private set; } = "";

    public string StdoutPath { get; private set; } = "";

    /// <summary>Empty for none.</summary>
    public string StderrPath { get; private set; } = "";

    public Stream? Stdin { get; private set; }

    public Stream Stdout { get; private set; } = Stream.Null;

    public Stream Stderr { get; private set; } = Stream.Null;

    public static ExecPipes Make(string folder, ExecRequest request)
    {
        var pipes = new ExecPipes();
        try
        {
            pipes.Stdout = pipes.Output(pipes.StdoutPath = Path.Combine(folder, "stdout"));
            if (!request.Tty) pipes.Stderr = pipes.Output(pipes.StderrPath = Path.Combine(folder, "stderr"));
            if (request.Stdin) pipes.Stdin = Input(pipes.StdinPath = Path.Combine(folder, "stdin"));
            return pipes;
        }
        catch
        {
            pipes.Close();
            throw;
        }
    }

    /// <summary>The shim holds its ends now, and their closing is the end of the streams.</summary>
    public void ShimHasOpened()
    {
        foreach (var placeholder in _placeholders) placeholder.Dispose();
        _placeholders.Clear();
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private void Close()
    {
        ShimHasOpened();
        Stdin?.Dispose();
        Stdout.Dispose();
        Stderr.Dispose();
    }

    private AnonymousPipeClientStream Output(string path)
    {
        LinuxFiles.MakePipe(path);
        var stream = new AnonymousPipeClientStream(PipeDirection.In, LinuxFiles.OpenPipe(path, PipeEnds.Read));
        _placeholders.Add(LinuxFiles.OpenPipe(path, PipeEnds.Write));
        return stream;
    }

    // Held at both ends: a shim that comes late or dies makes the writer wait, never fail half-way.
    private static AnonymousPipeClientStream Input(string path)
    {
        LinuxFiles.MakePipe(path);
        return new(PipeDirection.Out, LinuxFiles.OpenPipe(path, PipeEnds.Both));
    }
}
