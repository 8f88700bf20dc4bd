using System.CommandLine;
using Warren.Cli.Errors;

namespace Warren.Cli.Running;

/// <summary>Says what is wrong with a command that was typed, and what may have been meant.</summary>
internal static class UsageErrors
{
    /// <summary>Shows it.</summary>
    /// <returns>The exit code.</returns>
    public static int Show(ParseResult parsed, Terminal terminal)
    {
        var command = parsed.CommandResult.Command;
        var path = string.Join(' ', Path(parsed.CommandResult).Reverse());
        var known = command.Subcommands.Select(sub => sub.Name).Concat(Options(parsed.CommandResult)).ToList();
        foreach (var word in parsed.UnmatchedTokens.Distinct())
        {
            var kind = word.StartsWith('-') ? "flag" : command.Subcommands.Count > 0 ? "command" : "argument";
            var meant = Suggestions.For(word.Split('=')[0], known);
            terminal.Error.WriteLine($"Error: unknown {kind} '{word}' for '{path}'{(meant is null ? "" : $"; did you mean '{meant}'?")}");
        }

        foreach (var error in parsed.Errors.Select(error => error.Message).Where(message => !parsed.UnmatchedTokens.Any(token => message.Contains($"'{token}'", StringComparison.Ordinal))).Distinct())
        {
            if (error.StartsWith("Required command", StringComparison.Ordinal))
            {
                if (parsed.UnmatchedTokens.Count == 0)
                    terminal.Error.WriteLine($"Error: '{path}' wants a command: {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}");
                continue;
            }

            terminal.Error.WriteLine($"Error: {error}");
        }

        terminal.Error.WriteLine($"  see '{path} --help'");
        return ExitCodes.Usage;
    }

    private static IEnumerable<string> Path(System.CommandLine.Parsing.CommandResult? result)
    {
        for (; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
            yield return result.Command is RootCommand ? "warren" : result.Command.Name;
    }

    private static IEnumerable<string> Options(System.CommandLine.Parsing.CommandResult? result)
    {
        var own = true;
        for (; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
        {
            foreach (var option in result.Command.Options.Where(option => own || option.Recursive)) yield return option.Name;
            own = false;
        }
    }
}
