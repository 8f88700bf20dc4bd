using System.CommandLine;
using Google.Protobuf.Collections;
using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Objects;

/// <summary>Labels of secrets, configs and volumes.</summary>
internal sealed class LabelOptions(bool isUpdate)
{
    private readonly Option<string[]> _add = new(isUpdate ? "--label-add" : "--label") { Description = isUpdate ? "Add or replace a label" : "A label", HelpName = "name=value", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string[]> _remove = new("--label-rm") { Description = "Remove a label by its name", HelpName = "name", Arity = ArgumentArity.OneOrMore };

    /// <summary>Gives a command the flags.</summary>
    public void AddTo(Command command)
    {
        if (!isUpdate) _add.Aliases.Add("-l");
        command.Add(_add);
        if (isUpdate) command.Add(_remove);
    }

    /// <summary>Does what was typed to the labels that are there.</summary>
    /// <returns>Whether anything was typed.</returns>
    /// <exception cref="CliException">A label that is to go is not there.</exception>
    public bool Apply(Call call, MapField<string, string> labels)
    {
        var (added, removed) = (call.Get(_add) ?? [], isUpdate ? call.Get(_remove) ?? [] : []);
        foreach (var name in removed)
        {
            if (!labels.Remove(name)) throw new CliException(ExitCodes.Usage, $"--label-rm: there is no label '{name}'", "see inspect");
        }

        foreach (var text in added)
        {
            var (name, value) = text.Contains('=', StringComparison.Ordinal) ? Values.Pair(_add.Name, text) : (text, "");
            labels[name] = value;
        }

        return added.Length + removed.Length > 0;
    }
}
