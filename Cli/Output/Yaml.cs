using System.Text.Json;

namespace Warren.Cli.Output;

/// <summary>Writes JSON as YAML.</summary>
internal static class Yaml
{
    // What would be read as something else than the text that it is.
    private static readonly string[] s_words = ["true", "false", "null", "yes", "no", "on", "off", "~", ""];

    /// <summary>Writes a value.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="value">The value.</param>
    /// <param name="isItem">Whether it is an item of a list.</param>
    public static void Write(TextWriter writer, JsonElement value, bool isItem)
    {
        if (isItem) WriteItem(writer, value, 0);
        else WriteBelow(writer, value, 0);
    }

    private static void WriteBelow(TextWriter writer, JsonElement value, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject()) WriteProperty(writer, property, depth);
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray()) WriteItem(writer, item, depth);
                break;
            default:
                writer.WriteLine(Indent(depth) + Scalar(value));
                break;
        }
    }

    private static void WriteProperty(TextWriter writer, JsonProperty property, int depth)
    {
        writer.Write($"{Indent(depth)}{Quote(property.Name)}:");
        WriteValue(writer, property.Value, depth);
    }

    private static void WriteValue(TextWriter writer, JsonElement value, int depth)
    {
        if (IsEmpty(value))
        {
            writer.WriteLine(value.ValueKind == JsonValueKind.Object ? " {}" : " []");
        }
        else if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
        {
            writer.WriteLine();
            WriteBelow(writer, value, value.ValueKind == JsonValueKind.Array ? depth : depth + 1);
        }
        else
        {
            writer.WriteLine(" " + Scalar(value));
        }
    }

    private static void WriteItem(TextWriter writer, JsonElement item, int depth)
    {
        if (item.ValueKind != JsonValueKind.Object || IsEmpty(item))
        {
            writer.Write(Indent(depth) + "-");
            WriteValue(writer, item, depth + 1);
            return;
        }

        var isFirst = true;
        foreach (var property in item.EnumerateObject())
        {
            if (isFirst)
            {
                writer.Write($"{Indent(depth)}- {Quote(property.Name)}:");
                WriteValue(writer, property.Value, depth + 1);
            }
            else
            {
                WriteProperty(writer, property, depth + 1);
            }

            isFirst = false;
        }
    }

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };

    private static string Scalar(JsonElement value) => value.ValueKind == JsonValueKind.String ? Quote(value.GetString()!) : value.GetRawText();

    private static string Quote(string text)
    {
        var isPlain = text.Length > 0 && !s_words.Contains(text.ToLowerInvariant()) && (char.IsAsciiLetter(text[0]) || text[0] is '/' or '_' or '.')
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '@' or '+' or '=' or ' ' or ',' or ':' or '(' or ')' or ';')
            && !text.Contains(": ", StringComparison.Ordinal) && !text.EndsWith(':') && !text.EndsWith(' ');
        return isPlain ? text : $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
    }

    private static string Indent(int depth) => new(' ', 2 * depth);
}
