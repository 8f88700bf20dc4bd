using System.Collections.Immutable;
using System.Globalization;
using Warren.Validation;

namespace Warren.Volumes;

/// <summary>
/// Tells everything that is wrong with a volume, as far as it can be told without its node. Which settings of a mount an <c>nfs</c> volume may have is the
/// node's to say.
/// </summary>
public static class VolumeSpecValidator
{
    private const string Local = "local", Nfs = "nfs";

    /// <returns>All problems; empty: the volume is accepted.</returns>
    public static ImmutableArray<ValidationProblem> Validate(VolumeSpec spec)
    {
        var problems = new ProblemList();
        if (!VolumeName.TryParse(spec.Name, out _)) problems.Add("name", $"must be {VolumeName.Rule}, was '{spec.Name}'");
        LabelRules.Check(problems, "labels", spec.Labels);
        switch (spec.Driver)
        {
            case Local: CheckLocal(problems, spec.Options); break;
            case Nfs: CheckNfs(problems, spec.Options); break;
            default: problems.Add("driver", $"must be {Local} or {Nfs}, was '{spec.Driver}'"); break;
        }

        return problems.ToImmutable();
    }

    private static void CheckLocal(ProblemList problems, ImmutableSortedDictionary<string, string> options)
    {
        foreach (var (name, value) in options)
        {
            var rule = name switch
            {
                "type" => value == "tmpfs" ? null : "'tmpfs', or left out for a folder of the node",
                "size" => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0 ? null : "a positive number of bytes",
                "mode" => IsMode(value) ? null : "an octal number from 0 to 7777",
                "uid" or "gid" => uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id < uint.MaxValue
                    ? null
                    : $"a number from 0 to {uint.MaxValue - 1}",
                _ => "left out: the driver 'local' has type, size, mode, uid and gid",
            };
            if (rule is not null) problems.Add($"options.{name}", $"must be {rule}, was '{value}'");
        }

        if (options.ContainsKey("size") && !options.ContainsKey("type"))
            problems.Add("options.size", "goes with type=tmpfs only; a folder of the node has no limit");
    }

    private static void CheckNfs(ProblemList problems, ImmutableSortedDictionary<string, string> options)
    {
        foreach (var name in options.Keys.Where(name => name is not ("server" or "path" or "options")))
            problems.Add($"options.{name}", "must be left out: the driver 'nfs' has server, path and options");
        if (string.IsNullOrWhiteSpace(options.GetValueOrDefault("server"))) problems.Add("options.server", "must be given: a host name or an address");
        var path = options.GetValueOrDefault("path", "");
        if (!path.StartsWith('/')) problems.Add("options.path", $"must be an absolute path on the server, was '{path}'");
    }

    private static bool IsMode(string value) => value.Length is > 0 and <= 5 && value.All(c => c is >= '0' and <= '7') && Convert.ToInt32(value, 8) <= 0xFFF;
}
