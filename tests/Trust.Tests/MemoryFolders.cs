using Warren.TestSupport.Processes;

namespace Warren.Trust.Tests;

/// <summary>The memory file systems below a folder, which a killed worker leaves mounted; disposing unmounts them.</summary>
internal sealed class MemoryFolders(string folder) : IAsyncDisposable
{
    /// <summary>Those that are mounted.</summary>
    public static string[] Below(string folder) =>
    [
        .. File.ReadAllLines("/proc/self/mounts").Select(line => line.Split(' ')).Where(mount => mount[2] == "tmpfs" && mount[1].StartsWith(folder + "/", StringComparison.Ordinal))
            .Select(mount => mount[1]),
    ];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var mounted in Below(folder)) await Tool.RunAsync("umount", mounted);
    }
}
