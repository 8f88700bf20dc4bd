using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Warren.Agent.Volumes;

/// <summary>The kernel's mounts: what is there, and those that need no program to be made.</summary>
internal static partial class Mounts
{
    public const ulong NoSuid = 2, NoDevices = 4;

    private const ulong Bind = 4096;
    private const int Detach = 2, NoFollow = 8;
    private const int InvalidArgument = 22, NoEntry = 2;

    /// <summary>The folders at and below a path on which something is mounted, the deepest first.</summary>
    public static IReadOnlyList<string> At(string path)
    {
        path = Resolve(path);
        var below = path + "/";
        return
        [
            .. File.ReadLines("/proc/self/mountinfo").Select(TargetOf)
                .Where(target => target == path || target.StartsWith(below, StringComparison.Ordinal))
                .OrderByDescending(target => target.Length),
        ];
    }

    public static bool IsMounted(string path) => At(path).Contains(Resolve(path));

    /// <exception cref="Win32Exception">The kernel's answer.</exception>
    public static void Mount(string source, string target, string type, ulong flags, string options)
    {
        if (MountCall(source, target, type, flags, options) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <exception cref="Win32Exception">The kernel's answer.</exception>
    public static void MountBind(string source, string target)
    {
        if (MountCall(source, target, null, Bind, null) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Takes a mount away; who still has a file of it open keeps it. Where nothing is mounted it does nothing.</summary>
    /// <exception cref="Win32Exception">The kernel's answer.</exception>
    public static void Unmount(string target)
    {
        if (UnmountCall(target, Detach | NoFollow) == 0) return;
        var error = Marshal.GetLastPInvokeError();
        if (error is not (InvalidArgument or NoEntry)) throw new Win32Exception(error);
    }

    /// <summary>The fifth field of a line, in which blanks are octal.</summary>
    internal static string TargetOf(string line)
    {
        var field = line.Split(' ', 6)[4];
        if (!field.Contains('\\', StringComparison.Ordinal)) return field;
        var bytes = new List<byte>();
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && field[(i + 1)..(i + 4)].All(c => c is >= '0' and <= '7'))
            {
                bytes.Add(Convert.ToByte(field[(i + 1)..(i + 4)], 8));
                i += 3;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(field, i, 1));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    // The kernel tells places without links. The last part is not looked at: its server may be away, and it is no link of ours.
    private static string Resolve(string path)
    {
        var real = RealPath(Path.GetDirectoryName(path)!, 0);
        if (real == 0) return path;
        try
        {
            return Path.Combine(Marshal.PtrToStringUTF8(real)!, Path.GetFileName(path));
        }
        finally
        {
            Free(real);
        }
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPath(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint memory);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MountCall(string source, string target, string? type, ulong flags, string? options);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnmountCall(string target, int flags);
}
