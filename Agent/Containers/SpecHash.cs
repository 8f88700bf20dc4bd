using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Warren.Containers;

namespace Warren.Agent.Containers;

/// <summary>
/// A digest of what a container is made from. Members at their default are left out, so that an agent that knows a new member computes the
/// same for an old order and adopts its container.
/// </summary>
internal static class SpecHash
{
    private static readonly JsonSerializerOptions s_options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };
    private static readonly JsonObject s_default = ToJson(new ContainerSpec { Image = "" });

    /// <summary>The digest, 64 hexadecimal digits.</summary>
    public static string Of(ContainerOrder order)
    {
        var json = Without(ToJson(order.Spec), s_default);
        json["$volumes"] = new JsonArray([.. order.Volumes.OrderBy(volume => volume.Name, StringComparer.Ordinal).Select(volume => JsonSerializer.SerializeToNode(volume, s_options))]);
        json["$image"] = order.ImageDigest;
        json["$owner"] = JsonSerializer.SerializeToNode(order.Owner, s_options);
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(json)));
    }

    private static JsonObject ToJson(ContainerSpec spec) => JsonSerializer.SerializeToNode(spec, s_options)!.AsObject();

    private static JsonObject Without(JsonObject value, JsonObject standard)
    {
        var result = new JsonObject();
        foreach (var (name, node) in value.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var usual = standard[name];
            if (node is null || JsonNode.DeepEquals(node, usual))
                continue;
            result[name] = node is JsonObject inner && usual is JsonObject innerUsual ? Without(inner, innerUsual) : node.DeepClone();
        }
        return result;
    }
}
