using System.CommandLine;
using Google.Protobuf.Collections;
using Warren.Cli.Errors;
using Warren.Cli.Running;
using Warren.V1;

namespace Warren.Cli.Services;

/// <summary>
/// The flags that make the spec of a service, or change one. Where a service has many of something, <c>create</c> has one flag that is given many times,
/// and <c>update</c> has two: <c>-add</c> adds or replaces, <c>-rm</c> removes by name.
/// </summary>
internal sealed class FlagSet(bool isUpdate)
{
    private readonly List<Option> _options = [];
    private readonly List<Action<ParseResult, ServiceSpec>> _steps = [];

    /// <summary>Whether they change a spec that is there.</summary>
    public bool IsUpdate => isUpdate;

    /// <summary>The flags.</summary>
    public IReadOnlyList<Option> Options => _options;

    /// <summary>A flag with one value.</summary>
    public void One(string name, string kind, string description, Action<ServiceSpec, string, string> set, string? alias = null)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = kind };
        if (alias is not null) option.Aliases.Add(alias);
        Add(option, (parsed, spec) =>
        {
            if (parsed.GetValue(option) is { } text) set(spec, name, text);
        });
    }

    /// <summary>A flag that is on or off.</summary>
    public void Switch(string name, string description, Action<ServiceSpec, bool> set, string? alias = null)
    {
        var option = new Option<bool?>(name) { Description = description, Arity = ArgumentArity.ZeroOrOne };
        if (alias is not null) option.Aliases.Add(alias);
        Add(option, (parsed, spec) =>
        {
            if (parsed.GetResult(option) is { Implicit: false }) set(spec, parsed.GetValue(option) ?? true);
        });
    }

    /// <summary>A flag with one of some words.</summary>
    public void Choice<T>(string name, string description, Dictionary<string, T> choices, Action<ServiceSpec, T> set)
    {
        // Read as what they are, and not by an interface of each of the types: that would be compiled at each start.
        var words = new List<string>();
        foreach (var (word, _) in choices) words.Add(word);
        One(name, "word", $"{description}: {string.Join(", ", words)}", (spec, flag, text) => set(spec, Values.Choice(flag, text, choices)));
        _options[^1].CompletionSources.Add([.. words]);
    }

    /// <summary>A flag that is given many times, each time with things that have a key.</summary>
    /// <param name="name">The name, with dashes.</param>
    /// <param name="kind">What stands for the value in help.</param>
    /// <param name="description">What it does.</param>
    /// <param name="add">Adds one, in place of what has the same key.</param>
    /// <param name="remove">Removes by key; false: there is none.</param>
    /// <param name="alias">A short name.</param>
    /// <param name="updateName">What the names in update are made of. Default: the name.</param>
    public void Many(
        string name, string kind, string description, Action<ServiceSpec, string, string> add, Func<ServiceSpec, string, bool> remove, string? alias = null, string? updateName = null)
    {
        var added = updateName ?? name;
        if (isUpdate)
        {
            var removal = new Option<string[]>(added + "-rm") { Description = "Remove by name", HelpName = "name", Arity = ArgumentArity.OneOrMore };
            Add(removal, (parsed, spec) =>
            {
                foreach (var key in parsed.GetValue(removal) ?? [])
                {
                    if (!remove(spec, key)) throw new CliException(ExitCodes.Usage, $"{removal.Name}: the service has no '{key}'", $"see 'warren service inspect {spec.Name}'");
                }
            });
        }

        var option = new Option<string[]>(isUpdate ? added + "-add" : name) { Description = isUpdate ? $"Add or replace: {description}" : description, HelpName = kind, Arity = ArgumentArity.OneOrMore };
        if (alias is not null && !isUpdate) option.Aliases.Add(alias);
        Add(option, (parsed, spec) =>
        {
            foreach (var text in parsed.GetValue(option) ?? []) add(spec, option.Name, text);
        });
    }

    /// <summary>Many, of a map.</summary>
    public void Map(string name, string kind, string description, Func<ServiceSpec, MapField<string, string>> map, string? alias = null) => Many(
        name, kind, description,
        (spec, flag, text) =>
        {
            var (key, value) = Values.Pair(flag, text.Contains('=', StringComparison.Ordinal) ? text : text + "=");
            map(spec)[key] = value;
        },
        (spec, key) => map(spec).Remove(key), alias);

    /// <summary>Many, of a list of texts.</summary>
    public void List(string name, string kind, string description, Func<ServiceSpec, RepeatedField<string>> list) => Many(
        name, kind, description,
        (spec, _, text) =>
        {
            if (!list(spec).Contains(text)) list(spec).Add(text);
        },
        (spec, text) => list(spec).Remove(text));

    /// <summary>Many, of a list of things.</summary>
    public void Items<T>(
        string name, string kind, string description, Func<ServiceSpec, RepeatedField<T>> list, Func<string, string, T> parse, Func<T, string> keyOf, string? alias = null) => Many(
        name, kind, description,
        (spec, flag, text) =>
        {
            var item = parse(flag, text);
            Remove(list(spec), keyOf, keyOf(item));
            list(spec).Add(item);
        },
        (spec, key) => Remove(list(spec), keyOf, key), alias);

    /// <summary>Gives a command the flags.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in _options) command.Add(option);
    }

    /// <summary>Does what was typed to a spec.</summary>
    /// <exception cref="CliException">Values are wrong; all are named.</exception>
    public void Apply(ParseResult parsed, ServiceSpec spec)
    {
        var problems = new List<string>();
        foreach (var step in _steps)
        {
            try
            {
                step(parsed, spec);
            }
            catch (CliException problem)
            {
                problems.Add(problem.Message);
            }
        }

        if (problems.Count > 0) throw new CliException(ExitCodes.Usage, string.Join("\nError: ", problems), $"see 'warren service {(isUpdate ? "update" : "create")} --help'");
    }

    private static bool Remove<T>(RepeatedField<T> list, Func<T, string> keyOf, string key)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (keyOf(list[i]) != key) continue;
            list.RemoveAt(i);
            return true;
        }

        return false;
    }

    private void Add(Option option, Action<ParseResult, ServiceSpec> step)
    {
        _options.Add(option);
        _steps.Add(step);
    }
}
