using System.CommandLine;
using Warren.Cli.Errors;

namespace Warren.Cli.Running;

/// <summary>
/// Looks at words before they are parsed. An unknown flag is refused, which would otherwise be taken for a name; and what comes after the image of
/// <c>service create</c> belongs to the container, flags too, as Docker has it: there the options of the command itself end.
/// </summary>
internal static class CommandWords
{
    private const string EndOfOptions = "--";

    /// <summary>The words with the end of the options marked.</summary>
    /// <exception cref="CliException">A flag is not known.</exception>
    public static IReadOnlyList<string> Check(Command root, IReadOnlyList<string> words)
    {
        // A completion is asked for by a directive, and its words are half typed.
        if (words is [['[', ..], ..]) return words;
        var (command, path) = (root, "warren");
        for (var i = 0; i < words.Count && words[i] != EndOfOptions; i++)
        {
            var word = words[i];
            if (IsFlag(word))
            {
                var option = Find(root, command, word.Split('=', ':')[0]);
                if (option is null && !IsBundle(root, command, word)) throw Unknown(root, command, path, word);
                if (option is not null && !word.Contains('=', StringComparison.Ordinal) && !IsSwitch(option)) i++;
            }
            else if (command.Subcommands.FirstOrDefault(sub => sub.Name == word || sub.Aliases.Contains(word)) is { } sub)
            {
                (command, path) = (sub, $"{path} {sub.Name}");
            }
            else if (path == "warren service create")
            {
                return words.Contains(EndOfOptions) ? words : [.. words.Take(i + 1), EndOfOptions, .. words.Skip(i + 1)];
            }
        }

        return words;
    }

    // A negative number is none, nor is the dash that stands for standard input.
    private static bool IsFlag(string word) => word.Length > 1 && word[0] == '-' && !char.IsAsciiDigit(word[1]);

    private static bool IsSwitch(Option option) => option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) || option.ValueType == typeof(bool?);

    private static bool IsBundle(Command root, Command command, string word) =>
        word.Length > 2 && word[1] != '-' && word[1..].All(letter => Find(root, command, "-" + letter) is { } option && IsSwitch(option));

    private static Option? Find(Command root, Command command, string name) =>
        Known(root, command).FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    private static IEnumerable<Option> Known(Command root, Command command) => command == root ? root.Options : command.Options.Concat(root.Options.Where(option => option.Recursive));

    private static CliException Unknown(Command root, Command command, string path, string word)
    {
        var meant = Suggestions.For(word.Split('=')[0], Known(root, command).Where(option => !option.Hidden).Select(option => option.Name));
        return new(ExitCodes.Usage, $"unknown flag '{word}' for '{path}'{(meant is null ? "" : $"; did you mean '{meant}'?")}", $"see '{path} --help'");
    }
}
