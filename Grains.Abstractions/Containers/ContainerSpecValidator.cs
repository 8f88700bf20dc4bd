using System.Collections.Immutable;
using System.Net;
using System.Text;
using Warren.Validation;

namespace Warren.Containers;

/// <summary>
/// Tells everything that is wrong with a container's spec, as far as it can be known without the image and the node; what depends on
/// those, the agent tells when it makes the container.
/// </summary>
public static class ContainerSpecValidator
{
    private const int MaxImage = 512;

    // MAX_ARG_STRLEN of the kernel, without the end mark.
    private const int MaxArgument = 128 * 1024 - 1;

    private static readonly TimeSpan s_longestGrace = TimeSpan.FromDays(1);

    /// <returns>All problems, with paths from the spec's root; empty: the spec is accepted.</returns>
    public static ImmutableArray<ValidationProblem> Validate(ContainerSpec spec)
    {
        var problems = new ProblemList();
        if (spec.Image.Length is 0 or > MaxImage || spec.Image.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0)
            problems.Add("image", $"must be 1 to {MaxImage} printable characters without spaces, was '{spec.Image}'");
        else if (!ImageReference.TryParse(spec.Image, out _, out var problem))
            problems.Add("image", $"must be an image reference, as in 'web:1' or 'registry.example/team/web:1', was '{spec.Image}': {problem}");
        CheckProcess(problems, spec);
        if (spec.Hostname is { } hostname && !HostNameRules.IsName(hostname)) problems.Add("hostname", $"must be {HostNameRules.Rule}, was '{hostname}'");
        foreach (var (name, address) in spec.ExtraHosts)
        {
            if (!HostNameRules.IsName(name)) problems.Add($"extraHosts[{name}]", $"must be {HostNameRules.Rule}, was '{name}'");
            if (!IPAddress.TryParse(address, out _)) problems.Add($"extraHosts[{name}]", $"must be an IPv4 or IPv6 address, was '{address}'");
        }
        LabelRules.Check(problems, "labels", spec.Labels);
        MountRules.Check(problems, spec.Mounts);
        NetworkRules.Check(problems, spec);
        SecurityRules.Check(problems, spec.Security, spec.Network.Mode);
        ResourceRules.Check(problems, spec.Resources);
        if (spec.StopSignal is { } signal && !Signals.TryParse(signal, out _))
            problems.Add("stopSignal", $"must be a signal's name such as SIGTERM, or a number from 1 to 64, was '{signal}'");
        problems.Within("stopGracePeriod", spec.StopGracePeriod, TimeSpan.Zero, s_longestGrace);
        ProbeRules.Check(problems, "liveness", spec.Liveness, spec.Network.Mode);
        ProbeRules.Check(problems, "readiness", spec.Readiness, spec.Network.Mode);
        problems.AtLeast("logs.maxFileSize", spec.Logs.MaxFileSize, 4096);
        problems.Within("logs.maxFiles", spec.Logs.MaxFiles, 1, 1000);
        return problems.ToImmutable();
    }

    /// <summary>Whether a text can be an argument or a value: no NUL, no half characters, not longer than the kernel takes.</summary>
    internal static void CheckText(ProblemList problems, string path, string value, int extra = 0)
    {
        if (value.Contains('\0', StringComparison.Ordinal)) problems.Add(path, "must not contain the character NUL");
        if (HasHalfCharacter(value)) problems.Add(path, "must be text, but holds half a character");
        var bytes = Encoding.UTF8.GetByteCount(value) + extra;
        if (bytes > MaxArgument) problems.Add(path, $"must be at most {MaxArgument} bytes, was {bytes}");
    }

    private static bool HasHalfCharacter(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i])) continue;
            if (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[i + 1])) return true;
            i++;
        }
        return false;
    }

    private static void CheckProcess(ProblemList problems, ContainerSpec spec)
    {
        for (var i = 0; i < spec.Command.Length; i++) CheckText(problems, $"command[{i}]", spec.Command[i]);
        if (spec.Command is ["", ..]) problems.Add("command[0]", "must name a program, was empty");
        for (var i = 0; i < spec.Args.Length; i++) CheckText(problems, $"args[{i}]", spec.Args[i]);
        foreach (var (name, value) in spec.Env)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0'))
                problems.Add($"env[{name}]", $"must have a name without '=' and NUL, was '{name}'");
            CheckText(problems, $"env[{name}]", value, Encoding.UTF8.GetByteCount(name) + 1);
        }
        if (spec.User is { } user && !IsAccount(user)) problems.Add("user", $"must be user or user:group, names or numbers, was '{user}'");
        for (var i = 0; i < spec.Groups.Length; i++)
        {
            if (!IsName(spec.Groups[i])) problems.Add($"groups[{i}]", $"must be the name or number of a group, was '{spec.Groups[i]}'");
        }
        if (spec.WorkingDirectory is { } folder && !PathRules.IsAbsolute(folder)) problems.Add("workingDirectory", PathRules.Message(folder));
    }

    private static bool IsAccount(string text) => text.Split(':') is { Length: <= 2 } parts && parts.All(IsName);

    private static bool IsName(string text) =>
        text.Length > 0 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is ':' or ',' or '/');
}
