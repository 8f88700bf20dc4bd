using System.Globalization;
using Warren.Configs;
using Warren.Containers;
using Warren.Secrets;
using Warren.Validation;

namespace Warren.Services;

/// <summary>What references to secrets and configs must meet: usable files at paths of their own.</summary>
internal static class FileReferenceRules
{
    private const int AllPermissions = 0x1FF;

    public static void Check(ProblemList problems, ServiceSpec spec)
    {
        var taken = spec.Container.Mounts.Select(mount => PathRules.Normalize(mount.Target)).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < spec.Secrets.Length; i++)
        {
            var secret = spec.Secrets[i];
            var path = $"secrets[{i}]";
            if (secret.Secret == default) problems.Add($"{path}.secret", $"must be given: {SecretName.Rule}");
            var target = secret.Target ?? $"/run/secrets/{secret.Secret}";
            Check(problems, taken, path, target, secret.Mode, secret.Uid, secret.Gid, secret.OnChange, secret.Signal);
        }

        for (var i = 0; i < spec.Configs.Length; i++)
        {
            var config = spec.Configs[i];
            var path = $"configs[{i}]";
            if (config.Config == default) problems.Add($"{path}.config", $"must be given: {ConfigName.Rule}");
            var target = config.Target ?? $"/{config.Config}";
            Check(problems, taken, path, target, config.Mode, config.Uid, config.Gid, config.OnChange, config.Signal);
        }
    }

    private static void Check(
        ProblemList problems, HashSet<string> taken, string path, string target, int mode, int uid, int gid, ReferencePolicy onChange, string? signal)
    {
        var isFile = target.StartsWith('/') && !target.EndsWith('/') && !target.Contains('\0', StringComparison.Ordinal)
            && !target.Split('/')[1..].Any(part => part is "" or "." or "..");
        if (!isFile) problems.Add($"{path}.target", $"must be an absolute path of a file without '.', '..' and empty parts, was '{target}'");
        else if (FileFolders.Of(target) is { } folder && taken.Contains(folder))
            problems.Add($"{path}.target", $"must not be in {folder} where that is a mount, was '{target}'");
        else if (!taken.Add(target)) problems.Add($"{path}.target", $"must not be that of another mount, secret or config, was '{target}'");
        if (mode is < 0 or > AllPermissions)
            problems.Add($"{path}.mode", $"must be 0 to 0777, was {(mode < 0 ? mode.ToString(CultureInfo.InvariantCulture) : "0" + Convert.ToString(mode, 8))}");
        problems.AtLeast($"{path}.uid", uid, 0);
        problems.AtLeast($"{path}.gid", gid, 0);
        problems.Known($"{path}.onChange", onChange);
        if (isFile && onChange == ReferencePolicy.InPlace && FileFolders.Of(target) is null)
        {
            problems.Add(
                $"{path}.target", $"must be directly in {string.Join(" or ", FileFolders.All)}, where files can be replaced in place, was '{target}'");
        }
        if (signal is null) return;
        if (onChange != ReferencePolicy.InPlace) problems.Add($"{path}.signal", $"must be left out unless onChange is {ReferencePolicy.InPlace}, was '{signal}'");
        if (!Signals.TryParse(signal, out _))
            problems.Add($"{path}.signal", $"must be a signal's name such as SIGHUP, or a number from 1 to 64, was '{signal}'");
    }
}
