using System.Collections.Immutable;
using Warren.Validation;
using Warren.Volumes;

namespace Warren.Containers;

/// <summary>What mounts must meet.</summary>
internal static class MountRules
{
    private const int AllModeBits = 0xFFF;
    private const int Page = 4096;

    public static void Check(ProblemList problems, ImmutableArray<MountSpec> mounts)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < mounts.Length; i++)
        {
            var path = $"mounts[{i}]";
            problems.Known($"{path}.kind", mounts[i].Kind);
            CheckTarget(problems, path, mounts[i], taken);
            CheckSource(problems, path, mounts[i]);
            CheckOptions(problems, path, mounts[i]);
        }
    }

    private static void CheckTarget(ProblemList problems, string path, MountSpec mount, HashSet<string> taken)
    {
        var target = mount.Target;
        if (!PathRules.IsAbsolute(target))
        {
            problems.Add($"{path}.target", PathRules.Message(target));
            return;
        }
        if (target == "/") problems.Add($"{path}.target", "must not be /; the image is mounted there");
        if (PathRules.IsAtOrBelow(target, "/proc")) problems.Add($"{path}.target", $"must not be in /proc, was '{target}'");
        if (!taken.Add(PathRules.Normalize(target))) problems.Add($"{path}.target", $"must not be that of another mount, was '{target}'");
    }

    private static void CheckSource(ProblemList problems, string path, MountSpec mount)
    {
        switch (mount.Kind)
        {
            case MountKind.Volume when !VolumeName.TryParse(mount.Source, out _):
                problems.Add($"{path}.source", $"must be the name of a volume ({VolumeName.Rule}), was '{mount.Source}'");
                break;
            case MountKind.Bind when mount.Source is null || !PathRules.IsAbsolute(mount.Source):
                problems.Add($"{path}.source", PathRules.Message(mount.Source ?? ""));
                break;
            case MountKind.Tmpfs when mount.Source is not null:
                problems.Add($"{path}.source", $"must be left out with tmpfs, was '{mount.Source}'");
                break;
        }
    }

    private static void CheckOptions(ProblemList problems, string path, MountSpec mount)
    {
        var isTmpfs = mount.Kind == MountKind.Tmpfs;
        Refuse(!isTmpfs && mount.TmpfsSize is not null, "tmpfsSize", "tmpfs");
        Refuse(!isTmpfs && mount.TmpfsMode is not null, "tmpfsMode", "tmpfs");
        Refuse(mount.Kind != MountKind.Bind && mount.Propagation != MountPropagation.Private, "propagation", "bind mounts");
        Refuse(mount.Kind != MountKind.Volume && mount.Subpath is not null, "subpath", "volumes");
        if (isTmpfs && mount.TmpfsSize is { } size) problems.AtLeast($"{path}.tmpfsSize", size, Page);
        if (isTmpfs && mount.TmpfsMode is { } mode && mode is < 0 or > AllModeBits)
            problems.Add($"{path}.tmpfsMode", $"must be 0 to 07777, was {(mode < 0 ? "negative" : "0" + Convert.ToString(mode, toBase: 8))}");
        problems.Known($"{path}.propagation", mount.Propagation);
        if (mount.Kind == MountKind.Volume && mount.Subpath is { } subpath && !PathRules.IsRelative(subpath))
            problems.Add($"{path}.subpath", $"must be a path inside the volume without '.', '..' and empty parts, was '{subpath}'");

        void Refuse(bool isGiven, string field, string only)
        {
            if (isGiven) problems.Add($"{path}.{field}", $"must be left out: it is for {only}");
        }
    }
}
