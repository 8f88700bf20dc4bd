using System.Globalization;
using System.Text;
using Warren.Agent.Runtime.Kernel;

namespace Warren.Agent.Hosting;

/// <summary>Keeps a folder for one worker: two of them would take away what the other has made. The kernel frees it however the process ends.</summary>
internal sealed class WorkerLock : IDisposable
{
    private const int MaxDigits = 10;
    private const string FileName = "worker.lock";

    private readonly FileStream _file;

    private WorkerLock(FileStream file) => _file = file;

    /// <summary>Takes a folder, which is made when it does not exist, for its owner alone: the first of all that is done with it.</summary>
    /// <param name="option">The option that names it, for the message.</param>
    /// <param name="folder">The folder.</param>
    /// <returns>The lock, or why it could not be had.</returns>
    public static (WorkerLock? Lock, string? Problem) Take(string option, string folder)
    {
        var path = Path.Combine(folder, FileName);
        FileStream file;
        try
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException) when (Holder(path) is { } holder)
        {
            return (null, $"{option}: the worker of process {holder} uses {folder}; stop that one, or give this one another folder");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, $"{option}: {folder} cannot be used: {exception.Message}");
        }
        file.SetLength(0);
        file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        return (new(file), null);
    }

    public void Dispose() => _file.Dispose();

    // The number stays when a worker ends; it is asked for only while somebody has the lock.
    private static string? Holder(string path)
    {
        try
        {
            // Opening it in .NET's own way would ask for the lock.
            using var file = LinuxFiles.OpenRead(path);
            var bytes = new byte[MaxDigits];
            return Encoding.ASCII.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0)) is { Length: > 0 } holder ? holder : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
