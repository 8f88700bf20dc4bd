using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using Warren.TestSupport.Processes;

namespace Warren.TestSupport.Containers;

/// <summary>The logger of a container with pipes in place of the container, started as containerd's shim starts it.</summary>
public sealed partial class LoggerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;

    private LoggerProcess(ChildProcess process, Stream stdout, Stream stderr) => (_process, Stdout, Stderr) = (process, stdout, stderr);

    /// <summary>Where the container writes. Disposing is its end.</summary>
    public Stream Stdout { get; }

    /// <inheritdoc cref="Stdout"/>
    public Stream Stderr { get; }

    /// <summary>The logger's process.</summary>
    public ChildProcess Process => _process;

    /// <summary>Starts it, and returns when it says that the container may start.</summary>
    public static async Task<LoggerProcess> StartAsync(string program, string folder, long size, int files, bool terminal = false)
    {
        using var pipes = TempFolder.Create("pipes");
        string[] names = ["out", "err", "ready"];
        foreach (var name in names)
        {
            if (MakePipe(pipes.File(name), 0x180) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), $"mkfifo {pipes.File(name)}");
        }

        string[] arguments =
        [
            // A query's pairs come in any order.
            "files", files.ToString(CultureInfo.InvariantCulture), "dir", folder, "size", size.ToString(CultureInfo.InvariantCulture),
            .. terminal ? ["tty", "1"] : Array.Empty<string>(),
        ];
        var process = ChildProcess.Start("warren-log", "/bin/sh",
            ["-c", """p=$1; shift; exec "$@" 3<"$p/out" 4<"$p/err" 5>"$p/ready" """, "sh", pipes.Path, program, .. arguments]);
        try
        {
            // Opening a pipe waits for the other side, which opens them in this order.
            var (stdout, stderr) = await Task.Run(() =>
            {
                var first = Open(pipes.File("out"), FileAccess.Write);
                var second = Open(pipes.File("err"), FileAccess.Write);
                using var ready = Open(pipes.File("ready"), FileAccess.Read);
                ready.ReadByte();
                return (first, second);
            }).WaitAsync(s_startLimit);
            return new LoggerProcess(process, stdout, stderr);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends both outputs and waits for the logger to end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        await Stdout.DisposeAsync();
        await Stderr.DisposeAsync();
        return await _process.Exited.WaitAsync(s_startLimit);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Stdout.DisposeAsync();
        await Stderr.DisposeAsync();
        await _process.DisposeAsync();
    }

    private static FileStream Open(string path, FileAccess access) => new(path, FileMode.Open, access, FileShare.ReadWrite, bufferSize: 0);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
