using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;

namespace Warren.Silo.Api.Rest;

/// <summary>The JSON form of messages, as protobuf has it: names in camel case, 64-bit numbers and durations as text, what has its default left out.</summary>
internal static class RestJson
{
    /// <summary>For documents that are no messages.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes messages.</summary>
    public static JsonFormatter Formatter { get; } = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(false));

    /// <summary>Reads messages.</summary>
    public static JsonParser Parser { get; } = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(false));
}
