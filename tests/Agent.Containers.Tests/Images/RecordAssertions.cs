using System.Text.Json;

namespace Warren.Agent.Containers.Tests.Images;

/// <summary>Records compare their lists by identity; these assertions compare what is in them.</summary>
internal static class RecordAssertions
{
    public static void ShouldBeLike<T>(this T? actual, T expected) => JsonSerializer.Serialize(actual).ShouldBe(JsonSerializer.Serialize(expected));
}
