using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Warren.Hosting.Json;

/// <summary>
/// Stores types that can be parsed (<see cref="IParsable{TSelf}"/>), such as strong ids and grain ids, as their text, also where they
/// are keys of a dictionary. The types of .NET keep their own form.
/// </summary>
public sealed class StrongIdConverterFactory : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.Assembly != typeof(object).Assembly
        && typeToConvert.Namespace?.StartsWith("System", StringComparison.Ordinal) != true
        && typeToConvert.GetCustomAttribute<JsonConverterAttribute>() is null
        && typeToConvert.GetInterfaces().Any(type =>
            type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IParsable<>) && type.GenericTypeArguments[0] == typeToConvert);

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<T> : JsonConverter<T>
        where T : IParsable<T>
    {
        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? default : Parse(reader.GetString());

        // The unset value of a struct has no text that can be parsed.
        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            if (EqualityComparer<T>.Default.Equals(value, default)) writer.WriteNullValue();
            else writer.WriteStringValue(value.ToString());
        }

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Parse(reader.GetString());

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WritePropertyName(value.ToString()!);

        private static T Parse(string? text) =>
            T.TryParse(text, null, out var value) ? value : throw new JsonException($"'{text}' is not a {typeof(T).Name}");
    }
}
