using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Warren.Cli.Machines;

/// <summary>A process of this machine, told apart from others that get its number after it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Mark">When it began, in ticks of the system's start that is named with it.</param>
internal sealed partial record DaemonProcess(int Id, string Mark)
{
    // The fields of /proc/PID/stat behind the name, which may have blanks in it: the state, and when the process began.
    private const int StateField = 0, BeginField = 19;

    private const int Terminate = 15;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether it has not ended.</summary>
    public bool IsAlive => MarkOf(Id) == Mark;

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    /// <returns>The process; null if the text is none.</returns>
    public static DaemonProcess? Parse(string text) =>
        text.Split(' ', 2) is [var id, var mark] && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new(number, mark.Trim()) : null;

    /// <summary>Starts a program in a session of its own, without a terminal, which lives on when this process ends.</summary>
    /// <param name="log">The file that gets its output; it is there.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="IOException">It did not start.</exception>
    public static async Task<DaemonProcess> StartAsync(string log, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true };
        foreach (var word in new[] { "-c", "cd / && setsid \"$@\" </dev/null >>\"$0\" 2>&1 & echo $!", log, program }.Concat(arguments)) start.ArgumentList.Add(word);
        using var shell = Process.Start(start) ?? throw new IOException("/bin/sh did not start");
        var id = int.Parse(await shell.StandardOutput.ReadToEndAsync(), CultureInfo.InvariantCulture);
        await shell.WaitForExitAsync();

        // One that has ended already has no mark, and is seen to have ended.
        return new(id, MarkOf(id) ?? "ended");
    }

    /// <summary>As one line of text.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Id} {Mark}\n");

    /// <summary>Asks it to end.</summary>
    public void End()
    {
        if (IsAlive) _ = Kill(Id, Terminate);
    }

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Whether it has, within the limit.</returns>
    public async Task<bool> EndsAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        var begin = time.GetTimestamp();
        while (IsAlive)
        {
            if (time.GetElapsedTime(begin) > limit) return false;
            await Task.Delay(s_pause, time, cancellation);
        }

        return true;
    }

    private static string? MarkOf(int id)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');

            // What nobody has fetched the exit code of runs no more.
            return fields[StateField] is "Z" or "X" ? null : $"{fields[BeginField]} {File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}";
        }
        catch (IOException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
