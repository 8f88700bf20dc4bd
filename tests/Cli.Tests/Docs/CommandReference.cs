using System.CommandLine;
using System.Text;
using Warren.Cli.Running;

namespace Warren.Cli.Tests.Docs;

/// <summary>Every command with its arguments and flags, as docs/cli.md lists them.</summary>
internal static class CommandReference
{
    public static string Text()
    {
        using var app = new App(new(TextWriter.Null, TextWriter.Null, Stream.Null), TimeProvider.System);
        var root = app.Build();
        var text = new StringBuilder("\n## Every command\n\nFlags of every command:\n");
        Flags(text, root.Options);
        foreach (var noun in root.Subcommands) Add(text, noun, "warren");
        return text.ToString();
    }

    private static void Add(StringBuilder text, Command command, string path)
    {
        path = $"{path} {command.Name}";
        if (command.Action is not null)
        {
            text.Append("\n### `").Append(path);
            foreach (var argument in command.Arguments)
            {
                var name = argument.Name.ToUpperInvariant() + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "");
                text.Append(' ').Append(argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name);
            }

            text.Append("`\n\n").Append(command.Description).Append(".\n");
            if (command.Aliases.Count > 0) text.Append("\nAlso: ").AppendJoin(", ", command.Aliases.Order().Select(alias => $"`{alias}`")).Append(".\n");
            Flags(text, command.Options);
        }

        foreach (var verb in command.Subcommands) Add(text, verb, path);
    }

    private static void Flags(StringBuilder text, IEnumerable<Option> options)
    {
        var shown = options.Where(option => !option.Hidden && option is not System.CommandLine.Help.HelpOption and not VersionOption).ToList();
        if (shown.Count == 0) return;
        text.Append("\n| flag | |\n|---|---|\n");
        foreach (var option in shown)
        {
            var names = string.Join(' ', option.Aliases.Where(alias => alias.Length == 2).Append(option.Name).Select(name => $"`{name}`"));
            var value = option.HelpName is { } word ? $" {word.Replace("|", "\\|", StringComparison.Ordinal)}" : "";
            text.Append("| ").Append(names).Append(value).Append(" | ").Append(option.Description?.Replace("|", "\\|", StringComparison.Ordinal)).Append(option.Required ? " (must be given)" : "").Append(" |\n");
        }
    }
}
