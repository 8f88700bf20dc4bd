using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Warren.Cli.Errors;
using Warren.Cli.Running;

namespace Warren.Cli.Manifests;

/// <summary>
/// Reads the fields of a message, which are those of the API in their JSON names. Times are written as <c>1m30s</c>, sizes as <c>512MiB</c>, permission
/// bits in octal, values of enumerations in lower case with dashes. Each field that is read is noted with its line.
/// </summary>
internal sealed class MessageReader(string file, FileProblems problems, Interpolation interpolation, Dictionary<string, int> lines)
{
    /// <summary>Reads fields into a message.</summary>
    /// <param name="message">Takes them.</param>
    /// <param name="mapping">The fields.</param>
    /// <param name="path">Where the message is; empty: it is the resource itself.</param>
    /// <param name="others">Names that are read elsewhere.</param>
    public void Read(IMessage message, YamlMapping mapping, string path, params IReadOnlyCollection<string> others)
    {
        foreach (var (key, value) in mapping.Entries)
        {
            if (others.Contains(key.Text)) continue;
            var at = path.Length == 0 ? key.Text : $"{path}.{key.Text}";
            lines[at] = key.Line;
            var field = message.Descriptor.Fields.InDeclarationOrder().FirstOrDefault(field => field.JsonName == key.Text);
            if (field is null) Unknown(message.Descriptor, key, at, others);
            else if (value is not YamlScalar { IsNull: true }) ReadField(message, field, value, at);
        }
    }

    /// <summary>A text, with its variables.</summary>
    public string Text(YamlScalar scalar, string path) => interpolation.Apply(scalar.Text, message => Add(scalar, path, message));

    private void Unknown(MessageDescriptor type, YamlScalar key, string path, IReadOnlyCollection<string> others)
    {
        var known = type.Fields.InDeclarationOrder().Select(field => field.JsonName).Concat(others).ToList();
        var meant = Suggestions.For(key.Text, known);
        Add(key, path, meant is null ? $"is no field here; known are {string.Join(", ", known.Order(StringComparer.Ordinal))}" : $"is no field here; did you mean '{meant}'?");
    }

    private void Add(YamlNode node, string path, string message) => problems.Add(file, node.Line, path, message);

    private void ReadField(IMessage message, FieldDescriptor field, YamlNode node, string path)
    {
        if (field.IsMap) ReadMap((IDictionary)field.Accessor.GetValue(message), node, path);
        else if (field.IsRepeated) ReadList((IList)field.Accessor.GetValue(message), field, node, path);
        else if (Value(field, node, path) is { } value) field.Accessor.SetValue(message, value);
    }

    private void ReadMap(IDictionary map, YamlNode node, string path)
    {
        if (node is not YamlMapping mapping)
        {
            Add(node, path, $"must be a mapping of names to texts, was {Describe(node)}");
            return;
        }

        foreach (var (key, value) in mapping.Entries)
        {
            var at = $"{path}[{key.Text}]";
            lines[at] = key.Line;
            if (value is YamlScalar scalar) map[key.Text] = scalar.IsNull ? "" : Text(scalar, at);
            else Add(value, at, $"must be a text, was {Describe(value)}");
        }
    }

    private void ReadList(IList list, FieldDescriptor field, YamlNode node, string path)
    {
        if (node is not YamlSequence sequence)
        {
            Add(node, path, $"must be a list, was {Describe(node)}");
            return;
        }

        for (var i = 0; i < sequence.Items.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            lines[at] = sequence.Items[i].Line;
            if (Value(field, sequence.Items[i], at) is { } value) list.Add(value);
        }
    }

    /// <returns>Null: it is not what the field takes, which is noted.</returns>
    private object? Value(FieldDescriptor field, YamlNode node, string path)
    {
        if (field.FieldType == FieldType.Message && field.MessageType.FullName != Duration.Descriptor.FullName)
        {
            if (node is not YamlMapping mapping)
            {
                Add(node, path, $"must be a mapping with {string.Join(", ", field.MessageType.Fields.InDeclarationOrder().Select(inner => inner.JsonName))}, was {Describe(node)}");
                return null;
            }

            var message = field.MessageType.Parser.ParseFrom(ByteString.Empty);
            Read(message, mapping, path);
            return message;
        }

        if (node is not YamlScalar scalar)
        {
            Add(node, path, $"must be one value, was {Describe(node)}");
            return null;
        }

        var text = Text(scalar, path);
        try
        {
            return field.FieldType switch
            {
                FieldType.String => text,
                FieldType.Bytes => ByteString.CopyFromUtf8(text),
                FieldType.Bool => text switch
                {
                    "true" => true,
                    "false" => false,
                    _ => throw Wrong("true or false", text),
                },
                FieldType.Enum => System.Enum.ToObject(field.EnumType.ClrType, Values.Choice("", text, FieldForms.Words(field.EnumType))),
                FieldType.Message => Duration.FromTimeSpan(Values.Time("", text)),
                FieldType.Double => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong("a number", text),
                FieldType.Int64 when FieldForms.IsSize(field) => Values.Bytes("", text),
                FieldType.Int64 => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong("a whole number", text),
                FieldType.Int32 when FieldForms.IsMode(field) => Values.Mode("", text),
                FieldType.Int32 => Values.Number("", text),
                _ => throw new NotSupportedException($"{field.FullName} is of a kind that manifests do not have"),
            };
        }
        catch (CliException wrong)
        {
            Add(scalar, path, wrong.Message.TrimStart(':', ' '));
            return null;
        }
    }

    private static CliException Wrong(string rule, string was) => Values.Wrong("", rule, was);

    private static string Describe(YamlNode node) => node switch
    {
        YamlSequence => "a list",
        YamlMapping => "a mapping",
        YamlScalar scalar => $"'{scalar.Text}'",
        _ => "something else",
    };
}
