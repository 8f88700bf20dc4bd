using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Machines;

/// <summary>Starts a daemon, and waits until it says that it is ready.</summary>
internal sealed class DaemonStart(Call call, DaemonFolder folder)
{
    private const int ShownLines = 5;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50), s_endLimit = TimeSpan.FromSeconds(30);

    /// <summary>Starts it, with the options that are kept for the next start, and others for this one alone. One that does not become ready is ended again, unless it is to stay.</summary>
    /// <param name="options">Options that are kept.</param>
    /// <param name="once">Those for this start.</param>
    /// <param name="limit">How long it may take to be ready.</param>
    /// <param name="staysUnready">Whether it has work without being ready: a worker that is a node already starts its tasks while no manager is in reach.</param>
    /// <exception cref="CliException">It is not ready in time, or has ended.</exception>
    public async Task RunAsync(IReadOnlyList<string> options, IReadOnlyList<string> once, TimeSpan limit, bool staysUnready = false)
    {
        var program = WarrendProgram.Find(Environment.ProcessPath!, call.Terminal);
        folder.Prepare();
        if (!call.IsQuiet) await call.Terminal.Error.WriteLineAsync($"Starting warrend {folder.Role}; its log is {folder.LogFile}");
        var process = await DaemonProcess.StartAsync(folder.LogFile, program, [folder.Role, $"--data-dir={folder.Folder}", .. options, .. once]);
        folder.Keep(process);
        var isReady = false;
        try
        {
            await UntilReadyAsync(process, limit, staysUnready);
            isReady = true;
        }
        finally
        {
            if (!isReady && !staysUnready)
            {
                process.End();
                await process.EndsAsync(s_endLimit, call.Time, CancellationToken.None);
            }
        }

        folder.Keep(options);
    }

    private async Task UntilReadyAsync(DaemonProcess process, TimeSpan limit, bool staysUnready)
    {
        for (var begin = call.Time.GetTimestamp(); ; await Task.Delay(s_pause, call.Time, call.Cancellation))
        {
            // In this order: what it says last is not to be missed.
            var hasEnded = !process.IsAlive;
            var log = folder.Log();
            if (log.Any(IsReady)) return;
            if (hasEnded) throw new CliException(ExitCodes.Failed, $"warrend {folder.Role} has ended:\n{Cause(log)}", $"the whole log is {folder.LogFile}");
            if (call.Time.GetElapsedTime(begin) > limit && staysUnready)
            {
                var next = folder.HasEnded(call.Time.GetUtcNow()) ? "its certificate has ended, so that none hears it; 'warren worker join' with a new --token brings it back" : "it goes on looking for one";
                throw new CliException(ExitCodes.Unreachable, $"warrend {folder.Role} runs, and starts its tasks, but has found no manager within {limit.TotalSeconds:0} s:\n{Cause(log)}", $"{next}; its log is {folder.LogFile}");
            }

            if (call.Time.GetElapsedTime(begin) > limit)
                throw new CliException(ExitCodes.Unreachable, $"warrend {folder.Role} was not ready within {limit.TotalSeconds:0} s, and was ended again:\n{Cause(log)}", $"the whole log is {folder.LogFile}; --wait gives it more time");
        }
    }

    private bool IsReady(string line) => folder.Role == "manager"
        ? line.StartsWith("manager ", StringComparison.Ordinal) && line.Contains(" is ready on ", StringComparison.Ordinal)
        : line.Contains("The node ", StringComparison.Ordinal) && line.Contains(" is registered, session ", StringComparison.Ordinal);

    // What it lists as problems; else what it said last, or first of a call that it does not understand.
    private static string Cause(IReadOnlyList<string> log)
    {
        var said = log.Where(line => !string.IsNullOrWhiteSpace(line)).TakeWhile(line => line != "Description:").ToList();
        var at = said.FindIndex(line => line.StartsWith("warrend ", StringComparison.Ordinal) && line.Contains("cannot start:", StringComparison.Ordinal));
        var shown = at >= 0 ? said.Skip(at + 1) : said.TakeLast(ShownLines);
        return said.Count == 0 ? "  it said nothing" : string.Join('\n', shown.Select(line => "  " + line.Trim()));
    }
}
