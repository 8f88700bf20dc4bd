using System.CommandLine;
using Warren.Cli.Errors;

namespace Warren.Cli.Running;

/// <summary>The question before what cannot be undone: the flag <c>--yes</c> answers it.</summary>
internal sealed class Confirmation
{
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask" };

    /// <summary>Gives a command the flag.</summary>
    public void AddTo(Command command) => command.Add(_yes);

    /// <summary>Asks, when there is somebody to ask. A script is not asked: it means what it says.</summary>
    /// <exception cref="CliException">The answer is no.</exception>
    public void Ask(Call call, string what)
    {
        if (call.Get(_yes) || !call.Terminal.IsInteractive) return;
        call.Terminal.Error.Write($"Really {what}? [y/N] ");
        using var reader = new StreamReader(call.Terminal.In, leaveOpen: true);
        if (reader.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes") return;
        throw new CliException(ExitCodes.Failed, "nothing was done", "answer y, or give --yes");
    }
}
