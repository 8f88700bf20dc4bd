using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Machines;

/// <summary>Brings this machine's manager to run, whatever there is of it.</summary>
internal sealed class ManagerStart(Call call, Machine machine, ManagerFlags flags)
{
    private DaemonFolder Folder => machine.Manager;

    /// <summary>The options of the manager that runs.</summary>
    public IReadOnlyList<string> Options { get; private set; } = [];

    /// <summary>The socket on which it serves the API.</summary>
    public string Socket => flags.Socket(call, Folder);

    /// <summary>Starts it unless it runs.</summary>
    /// <param name="more">Further options of the daemon.</param>
    /// <param name="once">Options for its first start alone.</param>
    /// <param name="limit">How long it may take to be ready.</param>
    /// <returns>Whether it was started.</returns>
    /// <exception cref="CliException">It cannot.</exception>
    public async Task<bool> EnsureAsync(IReadOnlyList<string> more, IReadOnlyList<string> once, TimeSpan limit)
    {
        Options = Machine.Options(Folder, [.. flags.Given(call), .. more]);
        if (Folder.Options is null) Options = flags.Complete(Options);
        if (await Machine.InfoAsync(call, Socket) is { } info)
        {
            if (Folder.Process is not null) return false;
            throw new CliException(
                ExitCodes.Conflict, $"the manager {info.Manager} serves {Socket} already, and was not started by this command with {Folder.Folder}", "end it first, or give this one another --api-socket, --data-dir and ports");
        }

        if (Folder.Process is { } silent)
            throw new CliException(ExitCodes.Failed, $"the manager runs as process {silent.Id}, and does not answer on {Socket}", $"its log is {Folder.LogFile}; end it by: kill {silent.Id}");
        flags.CheckPorts(Options);
        await new DaemonStart(call, Folder).RunAsync(Options, Folder.IsMember && !Folder.HasEnded(call.Time.GetUtcNow()) ? [] : once, limit);
        return true;
    }
}
