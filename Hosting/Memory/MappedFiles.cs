using System.Runtime.InteropServices;

namespace Warren.Hosting.Memory;

/// <summary>
/// Takes out of this process's memory the pages of its program files. Starting and bursts of work touch most of them, rest needs few. What is used again
/// comes back by itself, from the machine's cache of files as long as the machine has no better use for that memory.
/// </summary>
internal static partial class MappedFiles
{
    // madvise(2): the pages of a file that were not written to come from the file again at the next access.
    private const int DontNeed = 4;

    /// <summary>Finds what can be let go. The runtime may write to the files of an assembly while it loads it, and never afterwards: only loaded ones are taken.</summary>
    public static IReadOnlyList<MappedRange> Find()
    {
        // Before the mappings are read: what loads meanwhile is not among them.
        var loaded = AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic).Select(assembly => assembly.Location)
            .ToHashSet(StringComparer.Ordinal);
        try
        {
            using var smaps = new StreamReader("/proc/self/smaps");
            return [.. MappingReader.Unwritten(smaps).Where(range => loaded.Contains(range.Path) || IsNative(range.Path))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Kernels may be built without the list, and then all stays.
            return [];
        }
    }

    /// <summary>Lets go of ranges. One that the kernel refuses, as it is locked in memory, stays.</summary>
    public static void Release(IReadOnlyList<MappedRange> ranges)
    {
        foreach (var range in ranges) _ = Advise(range.Address, range.Length, DontNeed);
    }

    // Native libraries are relocated before they are protected; what is executed or only read of them is never written to.
    private static bool IsNative(string path)
    {
        var name = Path.GetFileName(path.AsSpan());
        return name.EndsWith(".so", StringComparison.Ordinal) || name.Contains(".so.", StringComparison.Ordinal);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nint length, int advice);
}
