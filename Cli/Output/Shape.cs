using System.CommandLine;
using System.Text.Json;
using Google.Protobuf;
using Warren.Cli.Running;

namespace Warren.Cli.Output;

/// <summary>In which form a command shows what it has read: the flag <c>--output</c>.</summary>
internal sealed class Shape
{
    private static readonly JsonFormatter s_json = new(JsonFormatter.Settings.Default.WithIndentation().WithFormatDefaultValues(false));
    private static readonly string[] s_forms = ["table", "json", "yaml", "name"];

    private static readonly JsonFormatter s_jsonLine = new(JsonFormatter.Settings.Default);

    private readonly Option<string> _output = new("--output", "-o") { HelpName = "form", DefaultValueFactory = _ => "table" };

    private Shape(string description)
    {
        _output.Description = description;
        _output.CompletionSources.Add(s_forms);
        _output.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } form && !s_forms.Contains(form)) result.AddError($"--output: must be table, json, yaml or name, was '{form}'");
        });
    }

    /// <summary>Gives a command the flag.</summary>
    public static Shape AddTo(Command command)
    {
        var shape = new Shape("table, json, yaml or name");
        command.Add(shape._output);
        return shape;
    }

    /// <summary>Gives it to one that shows things as they come.</summary>
    public static Shape AddToStream(Command command)
    {
        var shape = new Shape("table: lines of text; json: an object a line; yaml: a document each; name: the cursor of each");
        command.Add(shape._output);
        return shape;
    }

    /// <summary>Whether people read it: no other form was asked for.</summary>
    public bool IsTable(Call call) => !call.IsQuiet && call.Get(_output) == s_forms[0];

    /// <summary>Shows a list.</summary>
    /// <param name="call">The command.</param>
    /// <param name="items">What was read.</param>
    /// <param name="nameOf">The name of each.</param>
    /// <param name="table">How they look as a table.</param>
    public int Show<T>(Call call, IReadOnlyList<T> items, Func<T, string> nameOf, Func<Table> table)
        where T : IMessage
    {
        switch (call.IsQuiet ? "name" : call.Get(_output))
        {
            case "name":
                foreach (var item in items) call.Terminal.Out.WriteLine(nameOf(item));
                break;
            case "json":
                call.Terminal.Out.WriteLine(items.Count == 0 ? "[]" : $"[\n{string.Join(",\n", items.Select(item => s_json.Format(item)))}\n]");
                break;
            case "yaml":
                foreach (var item in items) WriteYaml(call, item, isItem: true);
                break;
            default:
                table().WriteTo(call.Terminal.Out, call.Terminal.Width);
                break;
        }

        return ExitCodes.Done;
    }

    /// <summary>Shows one thing; as a table all that is known of it, in YAML.</summary>
    public int Show<T>(Call call, T item, string name)
        where T : IMessage
    {
        switch (call.IsQuiet ? "name" : call.Get(_output))
        {
            case "name":
                call.Terminal.Out.WriteLine(name);
                break;
            case "json":
                call.Terminal.Out.WriteLine(s_json.Format(item));
                break;
            default:
                WriteYaml(call, item, isItem: false);
                break;
        }

        return ExitCodes.Done;
    }

    /// <summary>Shows the next of things that come one after the other; whoever reads it by a pipe has it at once.</summary>
    /// <param name="call">The command.</param>
    /// <param name="item">The thing.</param>
    /// <param name="name">Its name.</param>
    /// <param name="text">How it looks as a table.</param>
    public void ShowNext<T>(Call call, T item, string name, Func<string> text)
        where T : IMessage
    {
        switch (call.IsQuiet ? "name" : call.Get(_output))
        {
            case "name":
                call.Say(name);
                break;
            case "json":
                call.Say(s_jsonLine.Format(item));
                break;
            case "yaml":
                call.Terminal.Out.WriteLine("---");
                WriteYaml(call, item, isItem: false);
                call.Terminal.Out.Flush();
                break;
            default:
                call.Say(text());
                break;
        }
    }

    private static void WriteYaml(Call call, IMessage item, bool isItem)
    {
        using var document = JsonDocument.Parse(s_json.Format(item));
        Yaml.Write(call.Terminal.Out, document.RootElement, isItem);
    }
}
