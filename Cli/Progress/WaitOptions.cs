using System.CommandLine;
using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Progress;

/// <summary>Whether a command waits until what it changed has come about, and how long.</summary>
/// <param name="hasDetach">Whether it can be told not to.</param>
internal sealed class WaitOptions(bool hasDetach = true)
{
    private static readonly TimeSpan s_standard = TimeSpan.FromMinutes(10);

    private readonly Option<bool> _detach = new("--detach", "-d") { Description = "Do not wait until it has come about" };
    private readonly Option<string?> _limit = new("--wait-timeout") { Description = "How long to wait [default: 10m]", HelpName = "time" };

    /// <summary>Gives a command the flags. How long to wait is read before anything is changed.</summary>
    public void AddTo(Command command)
    {
        _limit.Validators.Add(result =>
        {
            try
            {
                if (result.GetValueOrDefault<string?>() is { } text) Values.Time(_limit.Name, text);
            }
            catch (CliException problem)
            {
                result.AddError(problem.Message);
            }
        });
        if (hasDetach) command.Add(_detach);
        command.Add(_limit);
    }

    /// <summary>Waits, and shows how far it has come.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> UntilConvergedAsync(Call call, string service) => hasDetach && call.Get(_detach) ? ExitCodes.Done : await AlwaysUntilConvergedAsync(call, service);

    /// <summary>Waits even if the command was told not to, because what follows needs it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> AlwaysUntilConvergedAsync(Call call, string service)
    {
        using IProgressView view = call.IsQuiet ? new SilentView() : call.Terminal.CanRedraw ? new LiveView(call.Terminal, call.Time) : new LineView(call.Terminal);
        using var watch = new Watch(call, service, Limit(call), view);
        return await watch.RunAsync();
    }

    /// <summary>Waits for several, one after the other.</summary>
    /// <returns>The exit code of the first that has not come about; otherwise that of success.</returns>
    public async Task<int> UntilAllConvergedAsync(Call call, IEnumerable<string> services)
    {
        var code = ExitCodes.Done;
        foreach (var service in services)
        {
            var waited = await UntilConvergedAsync(call, service);
            code = code == ExitCodes.Done ? waited : code;
        }

        return code;
    }

    /// <summary>How long to wait.</summary>
    public TimeSpan Limit(Call call) => call.Get(_limit) is { } text ? Values.Time("--wait-timeout", text) : s_standard;
}
