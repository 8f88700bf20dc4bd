using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Machines;

/// <summary>Brings this machine's worker to run, whatever there is of it.</summary>
internal sealed class WorkerStart(Call call, Machine machine)
{
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(30);

    private DaemonFolder Folder => machine.Worker;

    /// <summary>Starts it unless it runs, and waits until it is registered. One that runs and whose certificate has ended is started again with a token; its containers go on.</summary>
    /// <param name="given">The options that were given.</param>
    /// <param name="token">Has a join token made, or read; asked only of a machine that is no member yet, or needs another certificate. Null: it starts without, for the sake of its tasks.</param>
    /// <param name="limit">How long it may take.</param>
    /// <returns>Whether it was started.</returns>
    /// <exception cref="CliException">It cannot.</exception>
    public async Task<bool> EnsureAsync(IReadOnlyList<string> given, Func<Task<string?>> token, TimeSpan limit)
    {
        var options = Machine.Options(Folder, given);
        var (wasMember, hasEnded) = (Folder.IsMember, Folder.HasEnded(call.Time.GetUtcNow()));
        if (Folder.Process is not null && !hasEnded) return false;
        WorkerFlags.CheckContainerd(options);
        var once = new List<string>();
        try
        {
            if (!wasMember || hasEnded)
            {
                var joining = await token();
                if (Folder.Process is { } running) await EndAsync(running);
                Folder.Make();
                if (joining is not null)
                {
                    Folder.KeepToken(joining);
                    once.Add($"--token={Folder.TokenFile}");
                }
            }

            await new DaemonStart(call, Folder).RunAsync(options, once, limit, staysUnready: wasMember);
        }
        finally
        {
            Folder.ForgetToken();
        }

        return true;
    }

    private async Task EndAsync(DaemonProcess running)
    {
        running.End();
        if (!await running.EndsAsync(s_endLimit, call.Time, call.Cancellation))
            throw new CliException(ExitCodes.Failed, $"the worker that runs does not end within {s_endLimit.TotalSeconds:0} s", $"its log is {Folder.LogFile}");
    }
}
