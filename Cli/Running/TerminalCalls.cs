using System.Runtime.InteropServices;

namespace Warren.Cli.Running;

/// <summary>Calls of Linux on terminals that .NET lacks, or makes only after it has changed the terminal.</summary>
internal static partial class TerminalCalls
{
    /// <summary>The standard input, as these calls name it.</summary>
    public const int Input = 0;

    /// <summary>The standard output.</summary>
    public const int Output = 1;

    /// <summary>The standard error.</summary>
    public const int Error = 2;

    private const int AtOnce = 0;
    private const nuint GetWindowSize = 0x5413;

    // Larger than struct termios is anywhere.
    private const int AttributesSize = 256;

    /// <summary>The size of a terminal, in characters; null: it is none, or has no size.</summary>
    public static (int Columns, int Rows)? SizeOf(int file)
    {
        var size = default(WindowSize);
        return Control(file, GetWindowSize, ref size) == 0 && size is { Columns: > 0, Rows: > 0 } ? (size.Columns, size.Rows) : null;
    }

    /// <summary>How a terminal is set; null: it is none.</summary>
    public static byte[]? AttributesOf(int file)
    {
        var attributes = new byte[AttributesSize];
        return GetAttributes(file, attributes) == 0 ? attributes : null;
    }

    /// <summary>The same, but so that each key is handed on as it is.</summary>
    public static byte[] Raw(byte[] attributes)
    {
        var raw = (byte[])attributes.Clone();
        MakeRaw(raw);
        return raw;
    }

    /// <summary>Sets a terminal; one that has gone cannot be set, which is no failure.</summary>
    public static void Set(int file, byte[] attributes) => _ = SetAttributes(file, AtOnce, attributes);

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetAttributes(int file, [Out] byte[] attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetAttributes(int file, int when, byte[] attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw([In, Out] byte[] attributes);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int file, nuint request, ref WindowSize size);

    // struct winsize of ioctl_tty(2).
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }
}
