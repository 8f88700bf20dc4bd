using System.Globalization;
using System.Text.Json.Nodes;

namespace Warren.Agent.Containers.Tests.Oci;

/// <summary>Reads the probe's answers.</summary>
internal static class ProbeAnswers
{
    /// <summary><c>OK</c>, or the name of the error.</summary>
    public static string Outcome(this JsonNode answer) => answer["name"]?.GetValue<string>() ?? answer.ToJsonString();

    /// <summary>The content of a file, without white space at the end.</summary>
    public static string Content(this JsonNode answer)
    {
        answer.Outcome().ShouldBe("OK");
        return answer["content"]!.GetValue<string>().TrimEnd();
    }

    public static string Text(this JsonNode answer, string name) => answer[name]!.GetValue<string>().TrimEnd();

    public static int Number(this JsonNode answer, string name) => answer[name]!.GetValue<int>();

    public static string[] Strings(this JsonNode? node) => [.. node!.AsArray().Select(item => item!.GetValue<string>())];

    /// <summary>A set of capabilities as the names' numbers.</summary>
    public static int[] CapabilitySet(this JsonNode report, string set)
    {
        var mask = ulong.Parse(report["capabilities"]![set]!.GetValue<string>(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return [.. Enumerable.Range(0, 64).Where(number => (mask >> number & 1) != 0)];
    }

    /// <summary>The mount at a place, the last one if there are several.</summary>
    public static MountLine Mount(this JsonNode report, string target) =>
        report["mounts"].Strings().Select(MountLine.Parse).Last(mount => mount.Target == target);

    public static bool HasMount(this JsonNode report, string target) =>
        report["mounts"].Strings().Select(MountLine.Parse).Any(mount => mount.Target == target);
}
