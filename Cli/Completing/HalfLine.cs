using System.CommandLine;
using Warren.Cli.Running;

namespace Warren.Cli.Completing;

/// <summary>How far the words before the one that is being typed have come.</summary>
/// <param name="Root">The whole command.</param>
/// <param name="Command">The command that they name.</param>
/// <param name="Flag">The flag whose value comes next; null: none.</param>
/// <param name="Names">How many words stand there that are neither command nor flag.</param>
/// <param name="IsOver">Whether what comes next is a container's.</param>
internal sealed record HalfLine(Command Root, Command Command, Option? Flag, int Names, bool IsOver)
{
    /// <summary>The flags that may follow.</summary>
    public IEnumerable<Option> Flags => CommandWords.Known(Root, Command).Where(option => !option.Hidden);

    /// <summary>Reads words. What cannot be understood is passed over.</summary>
    public static HalfLine Read(Command root, IEnumerable<string> words)
    {
        var line = new HalfLine(root, root, null, 0, false);
        foreach (var word in words)
        {
            if (line.Flag is not null) line = line with { Flag = null };
            else if (CommandWords.IsFlag(word)) line = line with { Flag = line.WithoutValue(word), IsOver = word == CommandWords.EndOfOptions };
            else if (line.Names == 0 && CommandWords.Below(line.Command, word) is { } below) line = line with { Command = below };
            else line = line with { Names = line.Names + 1, IsOver = CommandWords.IsOfContainer(line.Command) };
            if (line.IsOver) break;
        }

        return line;
    }

    /// <summary>The flag that a word is, by its long or short name; null: none.</summary>
    public Option? Find(string name) => CommandWords.Find(Root, Command, name);

    private Option? WithoutValue(string word) => Find(word) is { } option && !CommandWords.IsSwitch(option) ? option : null;
}
