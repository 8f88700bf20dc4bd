using System.CommandLine;
using System.CommandLine.Parsing;
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
        var path = PathOf(parsed);
        var known = command.Subcommands.Select(sub => sub.Name).Concat(Options(parsed.CommandResult)).ToList();
        var isUnknownCommand = false;
        foreach (var word in parsed.UnmatchedTokens.Distinct())
        {
            // What follows an unknown command may belong to it.
            if (isUnknownCommand) break;
            var kind = word.StartsWith('-') ? "flag" : command.Subcommands.Count > 0 ? "command" : "argument";
            isUnknownCommand = kind == "command";
            var meant = Suggestions.For(word.Split('=')[0], known);
            terminal.Error.WriteLine($"Error: unknown {kind} '{word}' for '{path}'{(meant is null ? "" : $"; did you mean '{meant}'?")}");
        }

        foreach (var error in parsed.Errors.Select(Message).Where(message => !parsed.UnmatchedTokens.Any(token => message.Contains($"'{token}'", StringComparison.Ordinal))).Distinct())
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

    /// <summary>The command as it is typed.</summary>
    public static string PathOf(ParseResult parsed) => string.Join(' ', Path(parsed.CommandResult).Reverse());

    // What the library says names types of the program, and not what is missing.
    private static string Message(ParseError error) => error switch
    {
        { SymbolResult: OptionResult { Tokens: [var token, ..] } option } when error.Message.StartsWith("Cannot parse argument", StringComparison.Ordinal) =>
            $"{option.Option.Name}: must be {Rule(option.Option.ValueType)}, was '{token.Value}'",
        { SymbolResult: ArgumentResult { Tokens: [var token, ..] } argument } when error.Message.StartsWith("Cannot parse argument", StringComparison.Ordinal) =>
            $"{argument.Argument.Name.ToUpperInvariant()}: must be {Rule(argument.Argument.ValueType)}, was '{token.Value}'",
        { SymbolResult: ArgumentResult { Tokens.Count: 0 } argument } when error.Message.StartsWith("Required argument missing", StringComparison.Ordinal) =>
            argument.Parent is OptionResult option ? $"{option.Option.Name}: must have a value" : $"{argument.Argument.Name.ToUpperInvariant()} must be given: {argument.Argument.Description}",
        { SymbolResult: OptionResult option } when error.Message.StartsWith("Required argument missing", StringComparison.Ordinal) => $"{option.Option.Name}: must have a value",
        { SymbolResult: OptionResult option } when error.Message.EndsWith("is required.", StringComparison.Ordinal) => $"{option.Option.Name}: must be given: {option.Option.Description}",
        _ => error.Message,
    };

    private static string Rule(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var number when number == typeof(int) || number == typeof(long) => "a whole number",
        var yes when yes == typeof(bool) => "true or false",
        _ => "another value",
    };

    private static IEnumerable<string> Path(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult)
            yield return result.Command is RootCommand ? "warren" : result.Command.Name;
    }

    private static IEnumerable<string> Options(CommandResult? result)
    {
        var own = true;
        for (; result is not null; result = result.Parent as CommandResult)
        {
            foreach (var option in result.Command.Options.Where(option => own || option.Recursive)) yield return option.Name;
            own = false;
        }
    }
}
