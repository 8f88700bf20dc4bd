using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Warren.Hosting.Json;

namespace Warren.Silo.Stores;

/// <summary>Turns states into JSON and back, in the forms that <see cref="StateFormat"/> describes.</summary>
internal sealed class StateSerializer
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        // Payloads are not put into web pages; other letters than ASCII stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new StrongIdConverterFactory() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { EmptyValues.LeaveOut } },
    };

    private readonly Dictionary<Type, StateFormat> _formats;

    public StateSerializer(IEnumerable<StateFormat> formats) => _formats = formats.ToDictionary(format => format.StateType);

    public StoredState Serialize<T>(T state) => new(FormatOf<T>()?.Writes ?? 1, JsonSerializer.Serialize(state, s_json));

    /// <exception cref="StoreFailureException">
    /// The payload is not a state of this type, or in a form that this release does not know.
    /// </exception>
    public T? Deserialize<T>(StoredState stored, RowKey key)
    {
        var format = FormatOf<T>();
        var known = format?.Reads ?? 1;
        if (stored.Form > known || stored.Form < 1)
        {
            throw new StoreFailureException(new StoreFailure(
                StoreFault.WrongSchema,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{key} is in form {stored.Form}, written by a newer release; this release reads forms up to {known}")));
        }

        try
        {
            return format is not null && stored.Form != format.Writes
                ? format.Convert!(JsonNode.Parse(stored.Payload), stored.Form).Deserialize<T>(s_json)
                : JsonSerializer.Deserialize<T>(stored.Payload, s_json);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or FormatException)
        {
            throw new StoreFailureException(new StoreFailure(StoreFault.Damaged, $"{key} is not a {typeof(T).Name}: {e.Message}"));
        }
    }

    private StateFormat? FormatOf<T>() => _formats.GetValueOrDefault(typeof(T));
}
