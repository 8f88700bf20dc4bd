using System.Collections.Immutable;
using System.Globalization;
using Warren.Nodes;

namespace Warren.Grains.Scheduling;

/// <summary>The words for refusals.</summary>
internal static class RefusalText
{
    private const long Kibibyte = 1024;

    private static readonly string[] s_units = ["KiB", "MiB", "GiB", "TiB"];

    /// <summary>What so many nodes have in common: <c>2 drained</c>, <c>1 needs 512 MiB more memory</c>.</summary>
    public static string Of(RefusalKind kind, string detail, int count, ResourceAmount missing, bool isLeast)
    {
        var one = count == 1;
        var needs = $"{(one ? "needs" : "need")}{(isLeast ? " at least" : "")}";
        var text = kind switch
        {
            RefusalKind.Unknown => "not in the cluster",
            RefusalKind.Lost => "lost",
            RefusalKind.Unreachable => "unreachable",
            RefusalKind.Drained => "drained",
            RefusalKind.Cordoned => "cordoned",
            RefusalKind.Platform => $"{needs} platform {detail}",
            RefusalKind.Constraint => $"{(one ? "fails" : "fail")} {detail}",
            RefusalKind.CpuAndMemory => $"{needs} {Cores(missing.CpuMillicores)} and {Bytes(missing.Memory)} more memory",
            RefusalKind.Cpu => $"{needs} {Cores(missing.CpuMillicores)}",
            RefusalKind.Memory => $"{needs} {Bytes(missing.Memory)} more memory",
            RefusalKind.HostPort => $"{(one ? "has" : "have")} port {detail} taken",
            RefusalKind.Volume => $"without volume {detail}",
            RefusalKind.MaxPerNode => $"at the limit of {detail} per node",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There are no words for it."),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{count} {text}");
    }

    /// <summary>The detail of <see cref="RefusalKind.Platform"/>: what the node is, and what there is of the image.</summary>
    public static string Platforms(Platform node, ImmutableArray<Platform> image) => $"{node} (the image has {string.Join(", ", image)})";

    private static string Cores(long millicores) =>
        string.Create(CultureInfo.InvariantCulture, $"{millicores / 1000m:0.###} more {(millicores == 1000 ? "core" : "cores")}");

    /// <summary>Rounded up, so that so much more is enough.</summary>
    private static string Bytes(long bytes)
    {
        if (bytes < Kibibyte) return string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes");
        var (value, unit) = ((decimal)bytes / Kibibyte, 0);
        while (value >= Kibibyte && unit < s_units.Length - 1)
        {
            value /= Kibibyte;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{decimal.Ceiling(value * 10) / 10:0.#} {s_units[unit]}");
    }
}
