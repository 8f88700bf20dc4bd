using System.CommandLine;
using Warren.Cli.Running;

namespace Warren.Cli.Progress;

/// <summary>Whether a command waits until what it changed has come about, and how long.</summary>
internal sealed class WaitOptions
{
    private static readonly TimeSpan s_standard = TimeSpan.FromMinutes(10);

    private readonly Option<bool> _detach = new("--detach", "-d") { Description = "Do not wait until it has come about" };
    private readonly Option<string?> _limit = new("--wait-timeout") { Description = "How long to wait [default: 10m]", HelpName = "time" };

    /// <summary>Gives a command the flags.</summary>
    public void AddTo(Command command)
    {
        command.Add(_detach);
        command.Add(_limit);
    }

    /// <summary>Waits, and shows how far it has come.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> UntilConvergedAsync(Call call, string service)
    {
        if (call.Get(_detach)) return ExitCodes.Done;
        var limit = call.Get(_limit) is { } text ? Values.Time("--wait-timeout", text) : s_standard;
        using IProgressView view = call.IsQuiet ? new SilentView() : call.Terminal.CanRedraw ? new LiveView(call.Terminal, call.Time) : new LineView(call.Terminal);
        using var watch = new Watch(call, service, limit, view);
        return await watch.RunAsync();
    }
}
