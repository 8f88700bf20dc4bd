namespace Warren.TestSupport;

/// <summary>A new folder on a disk, readable for its owner only, that is removed with everything in it when disposed.</summary>
public sealed class TempFolder : IDisposable
{
    // By the file system standard this outlives a restart and so is no memory disk, unlike /tmp on many machines.
    internal const string Root = "/var/tmp";

    private const string Memory = "/dev/shm";

    private static readonly string[] s_memoryDisks = ["tmpfs", "ramfs"];

    private TempFolder(string path) => Path = path;

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <param name="purpose">A word for the folder's name.</param>
    /// <exception cref="IOException">The folder would lie in memory, where a durable write costs nothing and proves nothing.</exception>
    public static TempFolder Create(string purpose)
    {
        var folder = Make(Root, purpose);
        var format = new DriveInfo(folder.Path).DriveFormat;
        if (!s_memoryDisks.Contains(format)) return folder;
        folder.Dispose();
        throw new IOException($"{Root} is a {format}: writes there are not durable. Mount it on a disk.");
    }

    /// <summary>One in memory, for what stands for other machines: writes there prove nothing, and keep this machine's disk from nobody.</summary>
    /// <param name="purpose">A word for the folder's name.</param>
    public static TempFolder CreateInMemory(string purpose) => Make(Memory, purpose);

    /// <summary>The path of a file in the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }

    private static TempFolder Make(string root, string purpose) => new(Directory.CreateDirectory(
        System.IO.Path.Combine(root, $"warren-{purpose}-{System.IO.Path.GetRandomFileName()}"),
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName);
}
