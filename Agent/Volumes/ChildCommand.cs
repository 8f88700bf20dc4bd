using System.ComponentModel;
using System.Diagnostics;

namespace Warren.Agent.Volumes;

/// <summary>
/// Runs a program of the system to its end, or to a limit: what may hang in the kernel (a mount whose server is away) hangs a process that can be
/// left behind, and not the agent.
/// </summary>
internal static class ChildCommand
{
    private const int ShownErrors = 2000;

    // A process that hangs in the kernel does not even end when it is killed.
    private static readonly TimeSpan s_killLimit = TimeSpan.FromSeconds(2);

    /// <param name="program">The program, with its path or to be found in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onLine">Gets each line of its output; null to ignore it.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>Null if it ended with code 0, else what it said, or its code if it said nothing.</returns>
    /// <exception cref="TimeoutException">It was killed at the limit; what it was to do may have been done.</exception>
    /// <exception cref="VolumeException">It cannot be started.</exception>
    public static async Task<string?> RunAsync(
        string program, IEnumerable<string> arguments, TimeSpan limit, TimeProvider time, Action<string>? onLine, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // Messages are shown as they are, so in one language.
        start.Environment["LC_ALL"] = "C";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new VolumeException(VolumeFault.Failed, $"could not start {program}: {e.Message}", e);
        }

        using (process)
        using (var timeout = new CancellationTokenSource(limit, time))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken))
        {
            try
            {
                process.StandardInput.Close();
                var output = ReadAsync(process.StandardOutput, onLine, either.Token);
                var errors = new List<string>();
                await ReadAsync(process.StandardError, line => Keep(errors, line), either.Token);
                await output;
                await process.WaitForExitAsync(either.Token);
                if (process.ExitCode == 0) return null;
                return errors.Count > 0 ? string.Join("; ", errors) : $"it ended with code {process.ExitCode}";
            }
            catch (OperationCanceledException)
            {
                await KillAsync(process, time);
                cancellationToken.ThrowIfCancellationRequested();
                throw new TimeoutException($"{program} did not end within {limit.TotalSeconds:0.#} s");
            }
        }
    }

    private static void Keep(List<string> errors, string line)
    {
        if (line.Length > 0 && errors.Sum(kept => kept.Length) < ShownErrors) errors.Add(line);
    }

    private static async Task ReadAsync(StreamReader reader, Action<string>? onLine, CancellationToken cancellationToken)
    {
        while (await reader.ReadLineAsync(cancellationToken) is { } line) onLine?.Invoke(line);
    }

    private static async Task KillAsync(Process process, TimeProvider time)
    {
        process.Kill(entireProcessTree: true);
        try
        {
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(s_killLimit, time);
        }
        catch (TimeoutException)
        {
            // It hangs in the kernel and ends when the kernel lets it; nothing waits for it.
        }
    }
}
