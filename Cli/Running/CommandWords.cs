using System.CommandLine;
using Warren.Cli.Errors;

namespace Warren.Cli.Running;

/// <summary>
/// Looks at words before they are parsed. An unknown flag is refused, which would otherwise be taken for a name; and what comes after the image of
/// <c>service create</c>, or the task of <c>exec</c>, belongs to the container, flags too, as Docker has it: there the options of the command itself end.
/// </summary>
internal static class CommandWords
{
    /// <summary>What comes after it is no flag.</summary>
    public const string EndOfOptions = "--";

    private static readonly (string Noun, string Verb)[] s_ofContainers = [("service", "create"), ("service", "exec"), ("task", "exec")];

    /// <summary>The words with the end of the options marked.</summary>
    /// <exception cref="CliException">A flag is not known.</exception>
    public static IReadOnlyList<string> Check(Command root, IReadOnlyList<string> words)
    {
        // A directive, as [diagram], says what is to be done with the words.
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
            else if (Below(command, word) is { } sub)
            {
                (command, path) = (sub, $"{path} {sub.Name}");
            }
            else if (IsOfContainer(command))
            {
                return words.Skip(i + 1).FirstOrDefault() == EndOfOptions ? words : [.. words.Take(i + 1), EndOfOptions, .. words.Skip(i + 1)];
            }
        }

        return words;
    }

    /// <summary>The command that a word names below another one; null: none.</summary>
    public static Command? Below(Command command, string word) => command.Subcommands.FirstOrDefault(sub => sub.Name == word || sub.Aliases.Contains(word));

    /// <summary>Whether what follows the first name belongs to a container.</summary>
    public static bool IsOfContainer(Command command) => s_ofContainers.Any(pair => pair.Verb == command.Name && command.Parents.Any(parent => parent.Name == pair.Noun));

    /// <summary>Whether a word is a flag. A negative number is none, nor is the dash that stands for standard input.</summary>
    public static bool IsFlag(string word) => word.Length > 1 && word[0] == '-' && !char.IsAsciiDigit(word[1]);

    /// <summary>Whether a flag takes no value from the next word.</summary>
    public static bool IsSwitch(Option option) => option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) || option.ValueType == typeof(bool?);

    /// <summary>The flag of this name; null: a command has none.</summary>
    public static Option? Find(Command root, Command command, string name) =>
        Known(root, command).FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    /// <summary>The flags of a command, and those of all commands.</summary>
    public static IEnumerable<Option> Known(Command root, Command command) => command == root ? root.Options : command.Options.Concat(root.Options.Where(option => option.Recursive));

    private static bool IsBundle(Command root, Command command, string word) =>
        word.Length > 2 && word[1] != '-' && word[1..].All(letter => Find(root, command, "-" + letter) is { } option && IsSwitch(option));

    private static CliException Unknown(Command root, Command command, string path, string word)
    {
        var meant = Suggestions.For(word.Split('=')[0], Known(root, command).Where(option => !option.Hidden).Select(option => option.Name));
        return new(ExitCodes.Usage, $"unknown flag '{word}' for '{path}'{(meant is null ? "" : $"; did you mean '{meant}'?")}", $"see '{path} --help'");
    }
}
