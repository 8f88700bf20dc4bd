using System.Diagnostics;
using System.Globalization;

namespace Warren.TestSupport;

/// <summary>A file system of a few megabytes, in memory, that can be filled. Mounting it needs root.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly bool _isOwn;

    private SmallDisk(string folder, bool isOwn) => (Folder, _isOwn) = (folder, isOwn);

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    private string Filling => Path.Combine(Folder, "filling");

    /// <summary>Mounts one.</summary>
    /// <param name="megabytes">Its size.</param>
    /// <param name="owner">The user who owns its root folder.</param>
    /// <param name="folder">Where; it is made. Null: a folder of its own.</param>
    public static async Task<SmallDisk> MountAsync(int megabytes, string owner = "root", string? folder = null)
    {
        if (!Environment.IsPrivilegedProcess)
            throw new InvalidOperationException("Tests of full disks mount a small one, which needs root.");
        var disk = new SmallDisk(folder is null ? Directory.CreateTempSubdirectory("warren-disk-").FullName : Directory.CreateDirectory(folder).FullName, isOwn: folder is null);
        var size = megabytes.ToString(CultureInfo.InvariantCulture);
        await RunAsync("mount", "-t", "tmpfs", "-o", $"size={size}m,mode=0700,uid={owner}", "warren-test", disk.Folder);
        return disk;
    }

    /// <summary>Takes all space that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filling, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
                file.Write(page);
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Filling);

    /// <summary>Makes it refuse writes. No file on it may be open for writing.</summary>
    public Task MakeReadOnlyAsync() => RunAsync("mount", "-o", "remount,ro", Folder);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "--lazy", Folder);
        if (_isOwn) Directory.Delete(Folder);
    }

    private static async Task RunAsync(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} failed: {errors}");
    }
}
