using Microsoft.Win32.SafeHandles;

namespace Warren.Harness.Silos;

/// <summary>
/// The standard input of a child process: lines are what its parent wants, the end means that the parent is gone, and so the process goes.
/// </summary>
public static class Lifeline
{
    /// <summary>The exit code of a child whose parent ended.</summary>
    public const int Orphaned = 3;

    /// <param name="onLine">Gets each line, on a thread that reads nothing more until it returns.</param>
    public static void Hold(Action<string> onLine)
    {
        // A thread of its own, so that the wait takes none from the grains; reading from a pipe blocks.
        var thread = new Thread(() => Read(onLine)) { IsBackground = true, Name = "lifeline" };
        thread.Start();
    }

    private static void Read(Action<string> onLine)
    {
        using var input = new StreamReader(new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0));
        while (input.ReadLine() is { } line) onLine(line);
        Environment.Exit(Orphaned);
    }
}
