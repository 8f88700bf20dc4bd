using System.Text.Json;
using System.Text.Json.Serialization;
using Warren.Agent.Runtime;

namespace Warren.Agent.Containers.Tests.Hosting.Support;

/// <summary>How the test and the agent write to each other.</summary>
internal static class HostedJson
{
    public static JsonSerializerOptions Options { get; } = new() { Converters = { new ContainerIds() } };

    private sealed class ContainerIds : JsonConverter<ContainerId>
    {
        public override ContainerId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, ContainerId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}
