using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Warren.Silo.Api.Access;

/// <summary>Fields of messages by their path, in the names of the <c>.proto</c> files or of the JSON form: <c>spec.name</c>.</summary>
internal static class FieldPath
{
    /// <summary>The fields on the way, the last one included; null: there are none of these names.</summary>
    public static List<FieldDescriptor>? Find(MessageDescriptor message, string path)
    {
        var found = new List<FieldDescriptor>();
        MessageDescriptor? at = message;
        foreach (var name in path.Split('.'))
        {
            if (at is null || at.Fields.InFieldNumberOrder().FirstOrDefault(field => field.Name == name || field.JsonName == name) is not { } field) return null;
            found.Add(field);
            at = field is { IsMap: false, IsRepeated: false, FieldType: FieldType.Message } ? field.MessageType : null;
        }

        return found;
    }

    /// <summary>The value as text; empty: it is not given.</summary>
    /// <exception cref="ArgumentException">There is no such field.</exception>
    public static string TextOf(IMessage message, string path)
    {
        var fields = Find(message.Descriptor, path) ?? throw new ArgumentException($"{message.Descriptor.FullName} has no field {path}", nameof(path));
        object? value = message;
        foreach (var field in fields)
        {
            if (value is not IMessage inside || (field.HasPresence && !field.Accessor.HasValue(inside))) return "";
            value = field.Accessor.GetValue(inside);
        }

        return value switch
        {
            null => "",
            string text => text,
            bool flag => flag ? "true" : "",
            Enum word => WordOf(fields[^1], word),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!.Replace("\"", "", StringComparison.Ordinal),
        };
    }

    /// <summary>A text with fields in braces, filled in: <c>service {spec.name}</c>.</summary>
    public static string Fill(string template, IMessage message)
    {
        var text = new StringBuilder();
        var at = 0;
        while (template.IndexOf('{', at) is var open and >= 0)
        {
            var close = template.IndexOf('}', open);
            text.Append(template, at, open - at).Append(TextOf(message, template[(open + 1)..close]));
            at = close + 1;
        }

        return text.Append(template, at, template.Length - at).ToString().TrimEnd();
    }

    private static string WordOf(FieldDescriptor field, Enum value)
    {
        var number = Convert.ToInt32(value, CultureInfo.InvariantCulture);
        return number == 0 ? "" : Mapping.EnumMap.Word(field.EnumType, number);
    }
}
